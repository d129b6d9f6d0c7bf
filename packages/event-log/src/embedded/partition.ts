import type { LogRecord } from '../event-log.ts'
import { LogError } from '../log-error.ts'
import type { PartitionBounds } from '../start-offset.ts'
import type { RecordStore } from './record-store.ts'
import { createRecentRecords, type RecentRecords } from './recent-records.ts'

/** What the log knows of one partition. */
export type Partition = {
  readonly topic: string
  readonly index: number
  readonly recent: RecentRecords
  /** Woken when `end` has moved; told when what was seen below `next` will never be durable. */
  readonly cursors: Set<Readonly<{ wake: () => void; fail: (error: Error) => void }>>
  /** Those of members that read ahead: woken when `next` has moved, too. */
  readonly ahead: Set<Readonly<{ wake: () => void }>>
  begin: number
  /** Everything below is durable. */
  end: number
  /** The offset that the next record gets. */
  next: number
  /** Nothing from here on has been given to anybody. */
  shown: number
  /** Why nothing more will be durable. */
  fault: Error | undefined
}

/** A partition as the store has it. */
export function createPartition(topic: string, index: number, begin: number, end: number): Partition {
  const recent = createRecentRecords(end)
  return {
    topic,
    index,
    recent,
    cursors: new Set(),
    ahead: new Set(),
    begin,
    end,
    next: end,
    shown: 0,
    fault: undefined,
  }
}

/** How far it reaches now. */
export function boundsOf({ topic, index, begin, end }: Partition): PartitionBounds {
  return { topic, partition: index, begin, end }
}

/** The partition at a place; throws a LogError `record-invalid` where there is none. */
export function partitionAt(
  { topic, partition }: Readonly<{ topic: string; partition: number }>,
  partitions: ReadonlyMap<string, readonly Partition[]>,
): Partition {
  const found = partitions.get(topic)?.[partition]
  if (found === undefined) throw new LogError('record-invalid', `${topic} has no partition ${partition}`)
  return found
}

/** Up to `limit` records of a partition below `end`, from memory if they are recent, else from the store. */
export function readPartition(
  store: RecordStore,
  { recent, topic, index }: Partition,
  { from, end, limit }: Readonly<{ from: number; end: number; limit: number }>,
): readonly LogRecord[] | Promise<readonly LogRecord[]> {
  return recent.from(from, Math.min(limit, Math.max(0, end - from))) ?? store.read(topic, index, from, limit)
}

/** Resolves when all below `offset` is durable; rejects when it never will be. */
export function untilDurable(partition: Partition, offset: number): Promise<void> {
  if (partition.end >= offset) return Promise.resolve()
  if (partition.fault !== undefined) return Promise.reject(partition.fault)
  return new Promise((resolve, reject) => {
    const watcher = {
      wake() {
        if (partition.end < offset) return
        partition.cursors.delete(watcher)
        resolve()
      },
      fail(error: Error) {
        partition.cursors.delete(watcher)
        reject(error)
      },
    }
    partition.cursors.add(watcher)
  })
}
