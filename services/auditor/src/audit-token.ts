import { createHash } from 'node:crypto'
import type { Position } from '@watchword/event-log'

/** Names a batch by the offsets in it: the same rows always have the same `insert_deduplication_token`. */
export function auditToken(rows: readonly Position[]): string {
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
  return createHash('sha256').update(text).digest('hex')
}
