/** What a column holds: a text, texts, a moment, a count, or a measure. */
export type ColumnKind = 'text' | 'texts' | 'time' | 'integer' | 'number'

export type AnomalyColumn = Readonly<{ kind: ColumnKind; about: string }>

/**
 * A view of one kind of anomaly, with the places `tenant`, `from` and `to`. Each has the columns `tenant`, `at` and `subject`, which together name a
 * row, and its own.
 */
export type AnomalyView = Readonly<{
  /** Of the view in ClickHouse. */
  name: string
  about: string
  /** Days asked about where nobody says since when. */
  days: number
  /** What `at` is, and what `subject` names. */
  at: string
  subject: string
  columns: Readonly<Record<string, AnomalyColumn>>
  /** A `SELECT` with `at`, `subject` and the columns; every table in it is asked for the tenant's rows (`ofTenant`). */
  query: string
}>

/** The places of a view in its text. */
export const asked = {
  tenant: '{tenant:String}',
  from: "{from:DateTime64(3, 'UTC')}",
  to: "{to:DateTime64(3, 'UTC')}",
} as const

/**
 * Rows of the tenant in a table. The column is named with its table: the name alone could be that of another column of the same `SELECT`, and the
 * condition would hold for everybody's rows.
 */
export function ofTenant(table: string): string {
  return `${table}.tenant = ${asked.tenant}`
}

/** Days that touch the period that is asked about, of a rollup by day. */
export function daysAsked(table: string): string {
  return `${ofTenant(table)} AND day >= toDate(${asked.from}) AND day <= toDate(addMilliseconds(${asked.to}, -1))`
}

/** Hours that touch it, of a rollup by hour. */
export function hoursAsked(table: string): string {
  return `${ofTenant(table)} AND hour >= toStartOfHour(${asked.from}) AND hour < ${asked.to}`
}

/** Whether a moment is within it. */
export function isAsked(moment: string): string {
  return `${moment} >= ${asked.from} AND ${moment} < ${asked.to}`
}

/** Days before the first one asked about. */
export function daysBefore(table: string, count: number): string {
  return `${ofTenant(table)} AND day >= addDays(toDate32(${asked.from}), -${count}) AND day < toDate(${asked.from})`
}

export function text(about: string): AnomalyColumn {
  return { kind: 'text', about }
}
export function texts(about: string): AnomalyColumn {
  return { kind: 'texts', about }
}
export function time(about: string): AnomalyColumn {
  return { kind: 'time', about }
}
export function integer(about: string): AnomalyColumn {
  return { kind: 'integer', about }
}
export function number(about: string): AnomalyColumn {
  return { kind: 'number', about }
}
