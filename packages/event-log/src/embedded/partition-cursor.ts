import type { LogRecord } from '../event-log.ts'
import { type Partition, readPartition } from './partition.ts'
import type { RecordStore } from './record-store.ts'

const batchRecordsMax = 1000

/** What a cursor tells its owner. */
export type CursorOwner = Readonly<{
  onRecords: (records: readonly LogRecord[]) => void | Promise<void>
  /** Everything below `position` is delivered. */
  onMoved: (position: number) => void
  onFault: (error: unknown) => void
  /** How long it rests after what it has delivered, ms, so that records which come meanwhile come together. Default 0. */
  gatherMs?: number
  /** Records may come before they are durable. Default false. */
  ahead?: boolean
}>

/** One reader in one partition: delivers its records in order, one batch at a time. */
export interface PartitionCursor {
  readonly position: number
  /** There may be something new. */
  wake(): void
  /** Resolves when the batch under way is done; none is delivered after. */
  stop(): Promise<void>
}

/** Begins to deliver at `start` at once. */
export function startPartitionCursor(
  store: RecordStore,
  partition: Partition,
  start: number,
  owner: CursorOwner,
): PartitionCursor {
  let position = start
  const gatherMs = owner.gatherMs ?? 0
  const ahead = owner.ahead ?? false
  let running: Promise<void> | null = null
  let rest: NodeJS.Timeout | undefined
  let stopped = false

  /** Where what can be read ends. What is neither recent nor durable comes when it is durable. */
  function reach(): number {
    return ahead && partition.recent.begin <= position ? partition.next : partition.end
  }

  async function deliverAll(): Promise<void> {
    const known = reach()
    // Who gathers leaves what comes meanwhile to the next run.
    while (position < (gatherMs > 0 ? Math.min(known, reach()) : reach())) {
      const end = reach()
      const found = readPartition(store, partition, { from: position, end, limit: batchRecordsMax })
      // Recent records are delivered in the very turn that made them readable.
      const records = found instanceof Promise ? await found : found
      if (stopped) return
      const last = records.at(-1)
      if (last !== undefined) {
        partition.shown = Math.max(partition.shown, last.offset + 1)
        const handled = owner.onRecords(records)
        if (handled !== undefined) await handled
      }
      // Nothing below the end means that compaction took the rest.
      position = last === undefined ? end : last.offset + 1
      owner.onMoved(position)
    }
  }

  async function run(): Promise<void> {
    try {
      await deliverAll()
    } catch (error) {
      leave()
      owner.onFault(error)
    }
  }

  function leave(): void {
    stopped = true
    partition.cursors.delete(cursor)
    partition.ahead.delete(cursor)
  }

  function wakeRested(): void {
    rest = undefined
    cursor.wake()
  }

  const cursor = {
    get position() {
      return position
    },
    wake() {
      if (running !== null || rest !== undefined || stopped || position >= reach()) return
      running = run().finally(() => {
        running = null
        if (gatherMs > 0 && !stopped) rest = setTimeout(wakeRested, gatherMs)
        // Records that became readable between the last look and now woke nobody.
        else cursor.wake()
      })
    },
    fail(error: Error) {
      if (stopped || !ahead) return
      leave()
      owner.onFault(error)
    },
    async stop() {
      leave()
      clearTimeout(rest)
      await running
    },
  }
  partition.cursors.add(cursor)
  if (ahead) partition.ahead.add(cursor)
  return cursor
}
