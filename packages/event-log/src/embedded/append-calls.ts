import type { LogRecord, Position } from '../event-log.ts'
import type { AdmittedRecord } from '../record-admission.ts'
import { type Partition, partitionOf } from './partition.ts'
import type { GroupPosition } from './record-store.ts'

const transactionRecordsMax = 10_000
const transactionBytesMax = 8 * 1024 * 1024

/** What was asked to be made durable in one go. */
export type AppendCall = {
  readonly records: readonly AdmittedRecord[]
  readonly positions: readonly GroupPosition[]
  readonly timestamp: number
  readonly resolve: (positions: readonly Position[]) => void
  readonly reject: (error: unknown) => void
  /** With their offsets; from then on they are among the recent records of their partitions. */
  placed: readonly LogRecord[] | undefined
}

/** Calls in their order, waiting for a transaction, and the offsets of their records. */
export interface AppendCalls {
  readonly count: number
  /** Takes a call; where members read ahead, they are woken in this turn. */
  add(call: AppendCall): void
  /** As many from the first on as go into one transaction, with their offsets; `callsMax` at most. */
  take(callsMax: number): readonly AppendCall[]
  /**
   * Rejects what could not be written. What nobody has seen of it is dropped, the rest waits again before all else; false when there is no rest.
   * What waits already and nobody has seen gets its offsets later.
   */
  refuse(taken: readonly AppendCall[], error: unknown): boolean
  /** Rejects all that waits, and drops what nobody has seen. */
  refuseWaiting(error: unknown): void
  /** Drops everything. */
  clear(): void
}

export function createAppendCalls(partitions: ReadonlyMap<string, readonly Partition[]>): AppendCalls {
  let waiting: AppendCall[] = []
  /** So many of those that wait, from the first on, have their offsets. */
  let placedCount = 0
  let showing = false

  /** Offsets are chosen once, in the order of the calls. */
  function place(call: AppendCall): void {
    call.placed ??= call.records.map((admitted) => {
      const partition = partitionOf(admitted, partitions)
      const record = { ...admitted, offset: partition.next, timestamp: call.timestamp }
      partition.next += 1
      partition.recent.push(record)
      return record
    })
  }

  /** Gives all that waits its offsets, and wakes whoever reads ahead. */
  function show(): void {
    showing = false
    const touched = new Set<Partition>()
    for (const call of waiting.slice(placedCount)) {
      place(call)
      for (const record of call.records) touched.add(partitionOf(record, partitions))
    }
    placedCount = waiting.length
    for (const { ahead } of touched) for (const cursor of ahead) cursor.wake()
  }

  /** Where the offsets of a partition end that somebody has seen, or that stand before such a one in a call. */
  function seenEnds(calls: readonly AppendCall[]): ReadonlyMap<Partition, number> {
    const ends = new Map<Partition, number>()
    for (const call of calls.toReversed()) {
      if (!isSeen(call, ends)) continue
      for (const record of call.placed ?? []) {
        const partition = partitionOf(record, partitions)
        ends.set(partition, Math.max(record.offset + 1, ends.get(partition) ?? 0))
      }
    }
    return ends
  }

  function isSeen({ placed = [] }: AppendCall, ends: ReadonlyMap<Partition, number>): boolean {
    return placed.some((record) => {
      const partition = partitionOf(record, partitions)
      return record.offset < Math.max(partition.shown, ends.get(partition) ?? 0)
    })
  }

  /** The next record of a partition gets this offset, which nobody knows yet. */
  function endAt(partition: Partition, offset: number): void {
    partition.recent.dropFrom(offset)
    partition.next = offset
  }

  return {
    get count() {
      return waiting.length
    },
    add(call) {
      waiting.push(call)
      if (showing || call.records.every((record) => partitionOf(record, partitions).ahead.size === 0)) return
      showing = true
      queueMicrotask(show)
    },
    take(callsMax) {
      let count = 0
      let bytes = 0
      let calls = 0
      for (const call of waiting) {
        count += call.records.length
        for (const record of call.records) bytes += record.value?.length ?? 0
        // A call is never divided, so the first goes whatever its size.
        if (calls > 0 && (calls === callsMax || count > transactionRecordsMax || bytes > transactionBytesMax)) break
        calls += 1
      }
      const taken = waiting.slice(0, calls)
      waiting = waiting.slice(calls)
      placedCount = Math.max(0, placedCount - calls)
      for (const call of taken) place(call)
      return taken
    },
    refuse(taken, error) {
      for (const call of taken) call.reject(error)
      const all = [...taken, ...waiting]
      const ends = seenEnds(all)
      for (const record of all.flatMap(({ placed = [] }) => placed)) {
        const partition = partitionOf(record, partitions)
        endAt(partition, ends.get(partition) ?? partition.end)
      }
      const seen = all.filter((call) => isSeen(call, ends))
      const later = waiting.filter((call) => !isSeen(call, ends))
      for (const call of later) call.placed = undefined
      waiting = [...seen, ...later]
      placedCount = seen.length
      return taken.some((call) => isSeen(call, ends))
    },
    refuseWaiting(error) {
      for (const call of waiting) call.reject(error)
      waiting = waiting.slice(0, placedCount)
    },
    clear() {
      waiting = []
      placedCount = 0
      for (const partition of [...partitions.values()].flat()) endAt(partition, partition.end)
    },
  }
}
