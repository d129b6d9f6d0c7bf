import type { LogRecord } from '../event-log.ts'
import type { PartitionBounds } from '../start-offset.ts'
import type { RecordStore } from './record-store.ts'
import { createRecentRecords, type RecentRecords } from './recent-records.ts'

/** What the log knows of one partition. `end` moves only when records are durable. */
export type Partition = {
  readonly topic: string
  readonly index: number
  readonly recent: RecentRecords
  readonly cursors: Set<Readonly<{ wake: () => void }>>
  begin: number
  end: number
}

/** A partition as the store has it. */
export function createPartition(topic: string, index: number, begin: number, end: number): Partition {
  return { topic, index, recent: createRecentRecords(end), cursors: new Set(), begin, end }
}

/** How far it reaches now. */
export function boundsOf({ topic, index, begin, end }: Partition): PartitionBounds {
  return { topic, partition: index, begin, end }
}

/** Records of a partition from memory if they are recent, else from the store. */
export function readPartition(
  store: RecordStore,
  partition: Partition,
  offset: number,
  limit: number,
): readonly LogRecord[] | Promise<readonly LogRecord[]> {
  return partition.recent.from(offset, limit) ?? store.read(partition.topic, partition.index, offset, limit)
}
