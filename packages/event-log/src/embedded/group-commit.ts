import type { Position } from '../event-log.ts'
import { LogError } from '../log-error.ts'
import type { AdmittedRecord } from '../record-admission.ts'
import { type AppendCall, createAppendCalls } from './append-calls.ts'
import { type Partition, partitionAt } from './partition.ts'
import type { GroupPosition, RecordStore } from './record-store.ts'
import { toError } from '../to-error.ts'

/** A transaction that began so long ago is asked whether it is done; one after the other at once would hold a few records each. */
const settleAfterMs = 1
const writeAgainMs = { first: 10, max: 1_000 }

/** Writes in the order of the calls; what comes while a transaction runs goes together in the next. */
export interface GroupCommit {
  append(records: readonly AdmittedRecord[], timestamp: number): Promise<readonly Position[]>
  commit(position: GroupPosition): Promise<void>
  /** From now on what fails is not tried again. */
  hurry(): void
  /** Resolves when nothing is asked for any more. */
  drained(): Promise<void>
}

/**
 * Members that read ahead see a record as soon as it has its offset. What they do with it is in the same transaction or in a later one, so that
 * only its fate decides about theirs; and since nobody can make them forget it, what they have seen is written again until it is durable.
 * Who appended it is told at once that the log is unavailable, as is everybody who comes before all of it is written.
 */
export function createGroupCommit(
  store: RecordStore,
  partitions: ReadonlyMap<string, readonly Partition[]>,
): GroupCommit {
  const calls = createAppendCalls(partitions)
  let writing: Promise<void> | null = null
  /** When the running transaction began; infinite while none runs. */
  let begunAt = Number.POSITIVE_INFINITY
  /** Why nothing is taken now: so many attempts have failed since the last success, and so many calls are written together. */
  let refusal: Readonly<{ error: unknown; attempts: number; callsMax: number }> | undefined
  let hurried = false
  let endPause: (() => void) | undefined

  function enqueue(records: readonly AdmittedRecord[], positions: readonly GroupPosition[], timestamp: number) {
    // A busy turn calls often: whoever waits for the last transaction need not wait for its end, and what they do next goes into the next one.
    if (performance.now() - begunAt >= settleAfterMs) store.settle?.()
    return new Promise<readonly Position[]>((resolve, reject) => {
      if (refusal !== undefined) return reject(refusal.error)
      calls.add({ records, positions, timestamp, resolve, reject, placed: undefined })
      writing ??= writeAll()
    })
  }

  async function writeAll(): Promise<void> {
    while (calls.count > 0) {
      // By a microtask at least, so that calls made together share a transaction, and so does what the records of the last one lead to in this turn.
      if (refusal === undefined) await store.gathered?.()
      else if (refusal.attempts > 0) await pause(refusal.attempts)
      await write(calls.take(refusal?.callsMax ?? Number.POSITIVE_INFINITY))
    }
    // In the same turn as the last look: a call that comes later begins anew.
    writing = null
  }

  async function write(group: readonly AppendCall[]): Promise<void> {
    begunAt = performance.now()
    try {
      await store.write(
        group.flatMap(({ placed = [] }) => placed),
        group.flatMap(({ positions }) => positions),
      )
    } catch (error) {
      return refuse(group, error)
    } finally {
      begunAt = Number.POSITIVE_INFINITY
    }
    if (refusal !== undefined) refusal = { ...refusal, attempts: 0, callsMax: 2 * refusal.callsMax }
    takeAgain()
    for (const partition of publish(group, partitions)) for (const cursor of partition.cursors) cursor.wake()
  }

  function refuse(group: readonly AppendCall[], error: unknown): void {
    if (!calls.refuse(group, error)) return takeAgain()
    // Once may be a hiccup, which concerns nobody behind it.
    if (refusal !== undefined) calls.refuseUnplaced(error)
    // What does not fit may fit in parts.
    refusal = { error, attempts: (refusal?.attempts ?? 0) + 1, callsMax: 1 }
    if (!(error instanceof LogError && error.retryable) || hurried) giveUp(error)
  }

  function takeAgain(): void {
    if (calls.count === 0) refusal = undefined
  }

  /** What will never be has been seen: whoever reads ahead has to begin anew, and nothing that could follow from it is taken. */
  function giveUp(error: unknown): void {
    calls.refuseAll(error)
    const fault = toError(error)
    for (const partition of [...partitions.values()].flat()) {
      partition.fault = fault
      for (const cursor of partition.cursors) queueMicrotask(() => cursor.fail(fault))
    }
  }

  /** Ends early when the log is closed. */
  function pause(attempts: number): Promise<void> {
    return new Promise((resolve) => {
      endPause = resolve
      setTimeout(resolve, Math.min(writeAgainMs.max, writeAgainMs.first * 2 ** (attempts - 1)))
    })
  }

  return {
    append: (records, timestamp) => enqueue(records, [], timestamp),
    async commit(position) {
      await enqueue([], [position], 0)
    },
    hurry() {
      hurried = true
      endPause?.()
    },
    drained: () => writing ?? Promise.resolve(),
  }
}

/** Lets the ends move over the records of a group and tells its callers; answers the partitions that have more now. */
function publish(
  group: readonly AppendCall[],
  partitions: ReadonlyMap<string, readonly Partition[]>,
): ReadonlySet<Partition> {
  const touched = new Set<Partition>()
  for (const { placed = [] } of group) {
    for (const record of placed) {
      const partition = partitionAt(record, partitions)
      partition.end = record.offset + 1
      touched.add(partition)
    }
  }
  for (const { placed = [], resolve } of group)
    resolve(placed.map(({ topic, partition, offset }) => ({ topic, partition, offset })))
  return touched
}
