import { createHash } from 'node:crypto'
import type { AuditRow } from './audit-row.ts'

/** Rows that are stored together, and the name of the batch by which the database knows a repetition. */
export type AuditBatch = Readonly<{ rows: readonly AuditRow[]; token: string }>

/** Names a batch by the offsets in it: the same rows always have the same `insert_deduplication_token`. */
export function auditBatch(rows: readonly AuditRow[]): AuditBatch {
  const ranges = new Map<string, { first: number; last: number }>()
  for (const { topic, partition, offset } of rows) {
    const name = `${topic}-${partition}`
    const range = ranges.get(name)
    if (range) range.last = offset
    else ranges.set(name, { first: offset, last: offset })
  }
  const text = [...ranges]
    .map(([name, { first, last }]) => `${name}-${first}-${last}`)
    .toSorted()
    .join(' ')
  return { rows, token: createHash('sha256').update(text).digest('hex') }
}
