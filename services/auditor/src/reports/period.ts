import { problem } from '@watchword/service-kit'
import { Type } from 'typebox'
import { endOfTime } from '../audit-row.ts'
import { type Sql, sql } from './sql.ts'

const moment = (description: string) => Type.Optional(Type.String({ maxLength: 40, description }))

/** `from` and `to` of a query: RFC 3339. */
export const periodSchema = {
  from: moment('RFC 3339; rows of this moment or later'),
  to: moment('RFC 3339; rows before this moment'),
}

/** Epoch milliseconds; `to` is not in it. */
export type Period = Readonly<{ from: number; to: number }>

/** RFC 3339 section 5.6. */
const rfc3339 = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:[Zz]|[+-]\d{2}:\d{2})$/

/** The period that a query names; without `to` there is no end, without `from` it begins `defaultMs` before the end. Throws `malformed`. */
export function periodOf(
  query: Readonly<{ from?: string; to?: string }>,
  { now, defaultMs }: Readonly<{ now: number; defaultMs: number }>,
): Period {
  const to = query.to === undefined ? endOfTime : momentOf(query.to, 'to')
  const from = query.from === undefined ? Math.max(0, Math.min(to, now) - defaultMs) : momentOf(query.from, 'from')
  return { from, to }
}

function momentOf(text: string, name: string): number {
  const at = rfc3339.test(text) ? Date.parse(text) : Number.NaN
  if (at >= 0 && at <= endOfTime) return at
  throw problem('malformed', {
    errors: [{ pointer: `/query/${name}`, detail: 'must be a time as RFC 3339 writes it' }],
  })
}

/** Rows with a time `at` within the places `from` and `to`. */
export const withinPeriod: Sql = sql`at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')`
