import type { LogRecord, Position } from '../event-log.ts'
import type { AdmittedRecord } from '../record-admission.ts'
import { type Partition, partitionAt } from './partition.ts'
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
  /** Rejects all that waits, and drops what has no offsets. */
  refuseUnplaced(error: unknown): void
  /** Rejects and drops everything. */
  refuseAll(error: unknown): void
}

export function createAppendCalls(partitions: ReadonlyMap<string, readonly Partition[]>): AppendCalls {
  let waiting: AppendCall[] = []
  let showing = false

  /** Offsets are chosen once, in the order of the calls. */
  function place(call: AppendCall): void {
    call.placed ??= call.records.map((admitted) => {
      const partition = partitionAt(admitted, partitions)
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
    // Those without offsets stand behind all others.
    for (const call of waiting.slice(waiting.findLastIndex(({ placed }) => placed !== undefined) + 1)) {
      place(call)
      for (const record of call.records) touched.add(partitionAt(record, partitions))
    }
    for (const { ahead } of touched) for (const cursor of ahead) cursor.wake()
  }

  /** Calls of which somebody has seen a record, or one behind theirs in its partition; and where their offsets end. */
  function seenOf(
    calls: readonly AppendCall[],
  ): Readonly<{ seen: ReadonlySet<AppendCall>; ends: ReadonlyMap<Partition, number> }> {
    const seen = new Set<AppendCall>()
    const ends = new Map<Partition, number>()
    // From the last on: offsets rise with the calls.
    for (const call of calls.toReversed()) {
      const places = (call.placed ?? []).map((record) => ({
        offset: record.offset,
        partition: partitionAt(record, partitions),
      }))
      if (!places.some(({ offset, partition }) => offset < Math.max(partition.shown, ends.get(partition) ?? 0)))
        continue
      seen.add(call)
      for (const { offset, partition } of places) ends.set(partition, Math.max(offset + 1, ends.get(partition) ?? 0))
    }
    return { seen, ends }
  }

  /** The next records get the offsets from these ends on, or else from what is durable on. */
  function cut(ends: ReadonlyMap<Partition, number>): void {
    for (const partition of [...partitions.values()].flat()) {
      partition.next = ends.get(partition) ?? partition.end
      partition.recent.dropFrom(partition.next)
    }
  }

  return {
    get count() {
      return waiting.length
    },
    add(call) {
      waiting.push(call)
      if (showing || call.records.every((record) => partitionAt(record, partitions).ahead.size === 0)) return
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
      for (const call of taken) place(call)
      return taken
    },
    refuse(taken, error) {
      for (const call of taken) call.reject(error)
      const all = [...taken, ...waiting]
      const { seen, ends } = seenOf(all)
      cut(ends)
      const later = waiting.filter((call) => !seen.has(call))
      for (const call of later) call.placed = undefined
      waiting = [...all.filter((call) => seen.has(call)), ...later]
      return taken.some((call) => seen.has(call))
    },
    refuseUnplaced(error) {
      for (const call of waiting) call.reject(error)
      waiting = waiting.filter(({ placed }) => placed !== undefined)
    },
    refuseAll(error) {
      for (const call of waiting) call.reject(error)
      waiting = []
      cut(new Map())
    },
  }
}
