/** What is chosen on a dashboard. */
export type Chosen = Readonly<{
  /** Epoch milliseconds. */
  from: number
  to: number
  /** Of one point of a panel, seconds. */
  intervalSeconds: number
  /** Values by variable; `'$__all'` where All is chosen. */
  variables: Readonly<Record<string, string | readonly string[]>>
}>

/**
 * A query as the ClickHouse plugin for Grafana sends it: `$__conditionalAll` and variables as its page does, the other macros as its server does.
 * @see https://grafana.com/docs/plugins/grafana-clickhouse-datasource/latest/query-editor/ (Macros) and .../template-variables/
 * Throws for macros and variables that it would leave as they are.
 */
export function sqlOf(rawSql: string, chosen: Chosen): string {
  const sql = withMacros(withVariables(withConditions(rawSql, chosen), chosen), chosen)
  const [left] = /\$\w+|\$\{\w+/.exec(sql) ?? []
  if (left !== undefined) throw new Error(`${left} is neither a macro nor a variable that is chosen`)
  return sql
}

/** `$__conditionalAll(condition, $variable)`, from the last to the first, so that one may stand in another. */
function withConditions(sql: string, { variables }: Chosen): string {
  const macro = '$__conditionalAll('
  const at = sql.lastIndexOf(macro)
  if (at === -1) return sql
  const { args, end } = argumentsAt(sql, at + macro.length)
  const [condition = '', variable = ''] = args
  if (args.length !== 2 || !/^\$\w+$/.test(variable))
    throw new Error(`$__conditionalAll takes a condition and a plain variable: ${variable}`)
  const isAll = variables[variable.slice(1)] === '$__all'
  return withConditions(`${sql.slice(0, at)}${isAll ? '1=1' : condition}${sql.slice(end)}`, { variables } as Chosen)
}

/** `${name}` and `${name:singlequote}`, the formats that are used here. */
function withVariables(sql: string, { variables }: Chosen): string {
  return sql.replaceAll(/\$\{(\w+)(?::(\w+))?\}/g, (_, name: string, format: string | undefined) => {
    const value = variables[name]
    if (value === undefined) throw new Error(`the variable ${name} is not on the dashboard`)
    const values = [value].flat()
    if (format === 'singlequote') return values.map((each) => `'${each.replaceAll("'", String.raw`\'`)}'`).join(',')
    if (format !== undefined) throw new Error(`the format ${format} is not used here`)
    return values.join(',')
  })
}

type Macro = (chosen: Chosen, args: readonly string[]) => string

const seconds = (ms: number): number => Math.floor(ms / 1000)
const day = (ms: number): string => `toDate('${new Date(ms).toISOString().slice(0, 10)}')`
const moment = (ms: number): string => `toDateTime(${seconds(ms)})`
const precise = (ms: number): string => `fromUnixTimestamp64Milli(${ms})`

function between(column: string | undefined, { from, to }: Chosen, as: (ms: number) => string): string {
  return `${column} >= ${as(from)} AND ${column} <= ${as(to)}`
}

const macros: Readonly<Record<string, Macro>> = {
  fromTime: ({ from }) => moment(from),
  toTime: ({ to }) => moment(to),
  fromTime_ms: ({ from }) => precise(from),
  toTime_ms: ({ to }) => precise(to),
  timeFilter: (chosen, [column]) => between(column, chosen, moment),
  timeFilter_ms: (chosen, [column]) => between(column, chosen, precise),
  dateFilter: (chosen, [column]) => between(column, chosen, day),
  dateTimeFilter: (chosen, [date, time]) => `(${between(date, chosen, day)}) AND (${between(time, chosen, moment)})`,
  timeInterval: ({ intervalSeconds }, [column]) =>
    `toStartOfInterval(toDateTime(${column}), INTERVAL ${Math.max(1, intervalSeconds)} second)`,
  timeInterval_ms: ({ intervalSeconds }, [column]) =>
    `toStartOfInterval(toDateTime64(${column}, 3), INTERVAL ${Math.max(1, intervalSeconds * 1000)} millisecond)`,
  interval_s: ({ intervalSeconds }) => String(Math.max(1, intervalSeconds)),
}

function withMacros(sql: string, chosen: Chosen): string {
  const found = /\$__(\w+)(\()?/.exec(sql)
  if (found === null) return sql
  const [text, name = '', open] = found
  const macro = macros[name]
  if (macro === undefined) throw new Error(`$__${name} is no macro of the plugin`)
  const begin = found.index + text.length
  const { args, end } = open === undefined ? { args: [], end: begin } : argumentsAt(sql, begin)
  return withMacros(`${sql.slice(0, found.index)}${macro(chosen, args)}${sql.slice(end)}`, chosen)
}

/** The arguments that begin at `begin`, cut at the commas that stand in no bracket and no quotes, and where their bracket ends. */
function argumentsAt(sql: string, begin: number): { args: readonly string[]; end: number } {
  const args: string[] = []
  let depth = 0
  let isQuoted = false
  let from = begin
  for (let at = begin; at < sql.length; at += 1) {
    const letter = sql[at]
    if (letter === "'") isQuoted = !isQuoted
    if (isQuoted) continue
    if (letter === '(') depth += 1
    if ((letter === ',' || letter === ')') && depth === 0) {
      args.push(sql.slice(from, at).trim())
      from = at + 1
      if (letter === ')') return { args, end: at + 1 }
    }
    if (letter === ')') depth -= 1
  }
  throw new Error('a bracket is not closed')
}

/** A PromQL expression as Grafana sends it with every job and instance, over the last hour in steps of 15 s. */
export function exprOf(expr: string): string {
  const values: Readonly<Record<string, string>> = { job: '.+', instance: '.+', __rate_interval: '1m', __range: '1h' }
  return expr.replaceAll(/\$(\w+)/g, (_, name: string) => {
    const value = values[name]
    if (value === undefined) throw new Error(`the variable ${name} is not on the dashboard`)
    return value
  })
}
