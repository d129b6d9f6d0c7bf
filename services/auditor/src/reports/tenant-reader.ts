import type { Clickhouse } from '@watchword/clickhouse'
import { problem } from '@watchword/service-kit'
import type { AnomalyView } from '../anomalies/anomaly-view.ts'
import type { Sql } from './sql.ts'

/** What belongs to tenants; every one of these tables has the column `tenant`. */
export type TenantTable =
  | 'records'
  | 'activities'
  | 'assessments'
  | 'assessment_signals'
  | 'lock_events'
  | 'session_events'
  | 'counts_by_minute'
  | 'counts_by_hour'

/** Rows of one tenant in one table, or in a view of the period from `from` to `to`, epoch milliseconds among the parameters. */
type TenantRows = Readonly<{
  select: Sql
  from: TenantTable | AnomalyView
  /** All of them hold, beside that the rows are the tenant's. */
  where?: readonly Sql[]
}>

/** A question about the rows of one tenant. */
export type TenantQuery = TenantRows &
  Readonly<{
    /** Further rows of the tenant, by the name under which the question uses them. */
    also?: Readonly<Record<string, TenantRows>>
    groupBy?: Sql
    /** All of them hold for a group. */
    having?: readonly Sql[]
    orderBy: Sql
    /** How many rows at most. */
    rows: number
    /** Values of the `{name:Type}` places; undefined ones have none. */
    parameters?: Readonly<Record<string, unknown>>
  }>

/** Asks about one tenant and no other: there is no way to ask without one. */
export interface TenantReader {
  rows<Row>(query: TenantQuery): Promise<readonly Row[]>
  /** The answer in RowBinary. */
  binary(query: TenantQuery): AsyncGenerator<Uint8Array, void>
}

/** A reader for the tenant of whoever asks. Throws the problem `store-unavailable` when the database does not answer, `invalid` when it would have to read too much. */
export function createTenantReader(client: Clickhouse, tenant: string): TenantReader {
  const call = ({ parameters = {}, rows }: TenantQuery) => ({
    // The tenant last: no other value takes its place.
    parameters: {
      ...Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== undefined)),
      rows,
      tenant,
    },
    settings: limits,
  })
  return {
    async rows<Row>(query: TenantQuery) {
      try {
        return await client.rows<Row>(textOf(query), call(query))
      } catch (error) {
        throw problemOf(error)
      }
    },
    async *binary(query) {
      try {
        yield* client.bytes(`${textOf(query)} FORMAT RowBinary`, call(query))
      } catch (error) {
        throw problemOf(error)
      }
    },
  }
}

function textOf({ also = {}, groupBy, having = [], orderBy, ...own }: TenantQuery): string {
  const named = Object.entries(also).map(([name, rows]) => `${name} AS (${rowsOf(rows)})`)
  return [
    named.length === 0 ? '' : `WITH ${named.join(', ')}`,
    rowsOf(own),
    groupBy === undefined ? '' : `GROUP BY ${groupBy}`,
    having.length === 0 ? '' : `HAVING ${having.map(inBrackets).join(' AND ')}`,
    `ORDER BY ${orderBy} LIMIT {rows:UInt32}`,
  ].join(' ')
}

/** The only place where the text of a question names a table: the tenant is asked for with it. */
function rowsOf({ select, from, where = [] }: TenantRows): string {
  const conditions = where.map((condition) => ` AND ${inBrackets(condition)}`).join('')
  const { source, name } = typeof from === 'string' ? { source: from, name: from } : viewOf(from)
  return `SELECT ${select} FROM ${source} WHERE ${name}.tenant = {tenant:String}${conditions}`
}

function viewOf({ name }: AnomalyView) {
  const moments = ['from', 'to'].map((each) => `${each} = fromUnixTimestamp64Milli({${each}:Int64}, 'UTC')`)
  return { source: `${name}(tenant = {tenant:String}, ${moments.join(', ')}) AS found`, name: 'found' }
}

function inBrackets(condition: Sql): string {
  return `(${condition})`
}

/** Whoever asks changes nothing, whatever the rights of the user are, and does not keep the server from others. */
const limits = {
  readonly: '2',
  max_execution_time: 15,
  timeout_overflow_mode: 'throw',
  max_rows_to_read: '500000000',
  read_overflow_mode: 'throw',
  max_result_rows: '20000',
  result_overflow_mode: 'throw',
  max_memory_usage: '536870912',
} as const

/** TOO_MANY_ROWS, TIMEOUT_EXCEEDED, TOO_SLOW, MEMORY_LIMIT_EXCEEDED. */
const tooMuch: ReadonlySet<number | undefined> = new Set([158, 159, 160, 241])

function problemOf(cause: unknown): Error {
  const { serverCode } = cause as { serverCode?: number }
  if (tooMuch.has(serverCode))
    return problem('invalid', { cause, detail: 'The answer would take too much: ask for a shorter time.' })
  return problem('store-unavailable', { cause })
}
