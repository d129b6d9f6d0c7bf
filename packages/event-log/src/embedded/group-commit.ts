import type { LogRecord, Position } from '../event-log.ts'
import type { AdmittedRecord } from '../record-admission.ts'
import type { Partition } from './partition.ts'
import type { GroupPosition, RecordStore } from './record-store.ts'

const transactionRecordsMax = 10_000
const transactionBytesMax = 8 * 1024 * 1024
/** A transaction that began so long ago is asked whether it is done; one after the other at once would hold a few records each. */
const settleAfterMs = 1

type Waiting = Readonly<{
  records: readonly AdmittedRecord[]
  positions: readonly GroupPosition[]
  timestamp: number
  resolve: (positions: readonly Position[]) => void
  reject: (error: unknown) => void
}>

/** Writes in the order of the calls; what comes while a transaction runs goes together in the next. */
export interface GroupCommit {
  append(records: readonly AdmittedRecord[], timestamp: number): Promise<readonly Position[]>
  commit(position: GroupPosition): Promise<void>
  /** Resolves when all that was asked for is done. */
  drained(): Promise<void>
}

/** `partitionAt` answers the partition of an admitted record. */
export function createGroupCommit(
  store: RecordStore,
  partitionAt: (topic: string, partition: number) => Partition,
): GroupCommit {
  let waiting: Waiting[] = []
  let writing: Promise<void> | null = null
  /** When the running transaction began; infinite while none runs. */
  let begunAt = Number.POSITIVE_INFINITY

  function enqueue(records: readonly AdmittedRecord[], positions: readonly GroupPosition[], timestamp: number) {
    // A busy turn calls often: whoever waits for the last transaction need not wait for its end, and what they do next goes into the next one.
    if (performance.now() - begunAt >= settleAfterMs) store.settle?.()
    return new Promise<readonly Position[]>((resolve, reject) => {
      waiting.push({ records, positions, timestamp, resolve, reject })
      writing ??= writeAll()
    })
  }

  async function writeAll(): Promise<void> {
    while (waiting.length > 0) {
      // By a microtask at least, so that calls made together share a transaction, and so does what the records of the last one lead to in this turn.
      await store.gathered?.()
      await writeGroup(takeGroup())
    }
    // In the same turn as the last look: a call that comes later begins anew.
    writing = null
  }

  function takeGroup(): readonly Waiting[] {
    let count = 0
    let bytes = 0
    let calls = 0
    for (const call of waiting) {
      count += call.records.length
      for (const record of call.records) bytes += record.value?.length ?? 0
      // A call is never divided, so the first goes whatever its size.
      if (calls > 0 && (count > transactionRecordsMax || bytes > transactionBytesMax)) break
      calls += 1
    }
    const group = waiting.slice(0, calls)
    waiting = waiting.slice(calls)
    return group
  }

  async function writeGroup(group: readonly Waiting[]): Promise<void> {
    begunAt = performance.now()
    const records = placeRecords(group, partitionAt)
    const positions = group.flatMap((call) => call.positions)
    try {
      await store.write(records, positions)
    } catch (error) {
      for (const call of group) call.reject(error)
      return
    } finally {
      begunAt = Number.POSITIVE_INFINITY
    }
    const touched = publish(records, partitionAt)
    let at = 0
    for (const call of group) {
      const placed = records.slice(at, at + call.records.length)
      at += call.records.length
      call.resolve(placed.map(({ topic, partition, offset }) => ({ topic, partition, offset })))
    }
    for (const partition of touched) for (const cursor of partition.cursors) cursor.wake()
  }

  return {
    append: (records, timestamp) => enqueue(records, [], timestamp),
    async commit(position) {
      await enqueue([], [position], 0)
    },
    drained: () => writing ?? Promise.resolve(),
  }
}

/** Gives each record its offset. The ends move only on success, so a failed transaction leaves neither a gap nor a duplicate. */
function placeRecords(
  group: readonly Waiting[],
  partitionAt: (topic: string, partition: number) => Partition,
): readonly LogRecord[] {
  const nexts = new Map<Partition, number>()
  const records: LogRecord[] = []
  for (const { records: admitted, timestamp } of group) {
    for (const record of admitted) {
      const partition = partitionAt(record.topic, record.partition)
      const offset = nexts.get(partition) ?? partition.end
      nexts.set(partition, offset + 1)
      records.push({ ...record, offset, timestamp })
    }
  }
  return records
}

function publish(
  records: readonly LogRecord[],
  partitionAt: (topic: string, partition: number) => Partition,
): ReadonlySet<Partition> {
  const touched = new Set<Partition>()
  for (const record of records) {
    const partition = partitionAt(record.topic, record.partition)
    partition.recent.push(record)
    partition.end = record.offset + 1
    touched.add(partition)
  }
  return touched
}
