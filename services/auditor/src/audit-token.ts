import { createHash } from 'node:crypto'
import type { Position } from '@watchword/event-log'

/** What a batch has of one partition. */
export type OffsetRange = Readonly<{ topic: string; partition: number; first: number; last: number }>

/** Names a batch by the offsets in it: the same rows always have the same `insert_deduplication_token`. */
export function auditToken(rows: readonly Position[]): string {
  const ranges = new Map<string, Map<number, { -readonly [Field in keyof OffsetRange]: OffsetRange[Field] }>>()
  for (const { topic, partition, offset } of rows) {
    const ofTopic =
      ranges.get(topic) ?? new Map<number, { -readonly [Field in keyof OffsetRange]: OffsetRange[Field] }>()
    const range = ofTopic.get(partition)
    if (range) range.last = offset
    else ranges.set(topic, ofTopic.set(partition, { topic, partition, first: offset, last: offset }))
  }
  return tokenOfRanges([...ranges.values()].flatMap((ofTopic) => [...ofTopic.values()]))
}

/** The same of what is known of a batch that is stored. */
export function tokenOfRanges(ranges: readonly OffsetRange[]): string {
  const text = ranges
    .map(({ topic, partition, first, last }) => `${topic}-${partition}-${first}-${last}`)
    .toSorted()
    .join(' ')
  return createHash('sha256').update(text).digest('hex')
}
