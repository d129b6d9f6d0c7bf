import type { CleaningPlan, CleaningResult, GroupPosition, RecordStore } from '../embedded/record-store.ts'
import type { LogRecord } from '../event-log.ts'
import { LogError } from '../log-error.ts'
import { versionOf } from '../record-admission.ts'

type StoredPartition = { records: LogRecord[]; end: number; readonly topic: string; readonly partition: number }

/** What outlives a memory log: give it to another one to reopen. */
export type MemoryDisk = {
  readonly partitions: Map<string, StoredPartition>
  readonly positions: Map<string, GroupPosition>
  inUse: boolean
}

/** An empty disk. */
export function createMemoryDisk(): MemoryDisk {
  return { partitions: new Map(), positions: new Map(), inUse: false }
}

/** Takes the disk, as a process takes a folder; throws a LogError `log-locked`. `beforeWrite` may throw to refuse a transaction. */
export function createMemoryStore(disk: MemoryDisk, beforeWrite: () => void): RecordStore {
  if (disk.inUse) throw new LogError('log-locked', 'another log has this disk open')
  disk.inUse = true

  function stored(topic: string, partition: number): StoredPartition {
    const name = `${topic}-${partition}`
    const found = disk.partitions.get(name) ?? { records: [], end: 0, topic, partition }
    disk.partitions.set(name, found)
    return found
  }

  return {
    bounds: [...disk.partitions.values()].map((found) => ({
      topic: found.topic,
      partition: found.partition,
      begin: beginOf(found),
      end: found.end,
    })),
    positions: [...disk.positions.values()],
    async write(records, positions) {
      beforeWrite()
      for (const record of records) {
        const partition = stored(record.topic, record.partition)
        partition.records.push(record)
        partition.end = record.offset + 1
      }
      for (const position of positions) {
        const name = JSON.stringify([position.group, position.topic, position.partition])
        const nextOffset = Math.max(position.nextOffset, disk.positions.get(name)?.nextOffset ?? 0)
        disk.positions.set(name, { ...position, nextOffset })
      }
    },
    async read(topic, partition, offset, limit) {
      const { records } = stored(topic, partition)
      const at = indexOfOffset(records, offset)
      return records.slice(at, at + limit)
    },
    clean: async (plan) => cleanPartition(stored(plan.topic, plan.partition), plan),
    async close() {
      disk.inUse = false
    },
  }
}

function beginOf(partition: StoredPartition): number {
  return partition.records[0]?.offset ?? partition.end
}

/** Where the first record at or beyond the offset is. */
function indexOfOffset(records: readonly LogRecord[], offset: number): number {
  let low = 0
  let high = records.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((records[middle]?.offset ?? offset) < offset) low = middle + 1
    else high = middle
  }
  return low
}

function cleanPartition(partition: StoredPartition, plan: CleaningPlan): CleaningResult {
  const expired = drop(partition, plan, plan.expiredBefore, () => true)
  const newest = new Map<string, LogRecord>()
  for (const record of partition.records) {
    const best = newest.get(record.key)
    const version = versionOf(record.headers, record.offset)
    if (best === undefined || version >= versionOf(best.headers, best.offset)) newest.set(record.key, record)
  }
  const superseded = drop(partition, plan, plan.supersededBefore, (record) => newest.get(record.key) !== record)
  const left = new Map<string, number>()
  for (const record of partition.records) left.set(record.key, (left.get(record.key) ?? 0) + 1)
  // A tombstone goes last: without it an older record still there would count again.
  const tombstones = drop(
    partition,
    plan,
    plan.tombstonesBefore,
    (record) => record.value === null && left.get(record.key) === 1,
  )
  return { expired, superseded, tombstones, begin: beginOf(partition), more: false }
}

function drop(
  partition: StoredPartition,
  plan: CleaningPlan,
  before: number | null,
  chosen: (record: LogRecord) => boolean,
): number {
  if (before === null) return 0
  const count = partition.records.length
  partition.records = partition.records.filter(
    (record) => record.offset >= plan.belowOffset || record.timestamp >= before || !chosen(record),
  )
  return count - partition.records.length
}
