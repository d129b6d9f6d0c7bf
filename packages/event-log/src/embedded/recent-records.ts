import type { LogRecord } from '../event-log.ts'

const recordsMax = 2048
const bytesMax = 1024 * 1024
/** Readers at the end are seconds behind at most; what is older lies in memory for nobody. Milliseconds. */
const recentMs = 10_000
/** What a record takes beside key and value: its objects, and headers as Watchword writes them. Measured with heap snapshots, bytes. */
const overheadBytes = 700

/** The newest records of one partition, kept so that readers at the end need no read from the store. */
export interface RecentRecords {
  push(record: LogRecord): void
  /** The offset of the oldest, or of the next where there is none. */
  readonly begin: number
  /** Up to `limit` records from `offset` on; undefined when the store has to be asked. */
  from(offset: number, limit: number): readonly LogRecord[] | undefined
  /** Forgets what is older than 10 s at `now`, epoch milliseconds; `push` does so by itself. */
  forgetOld(now: number): void
  /** Forgets the records from `offset` on; the next one to be pushed has that offset. */
  dropFrom(offset: number): void
  clear(): void
}

/** Remembers at most 2 048 records, 1 MiB or 10 s, whichever is least. `end` is the offset of the first record to be pushed. */
export function createRecentRecords(end: number): RecentRecords {
  let slots: (LogRecord | undefined)[] = []
  let first = end
  let next = end
  let bytes = 0

  function dropAt(offset: number): void {
    const record = slots[offset % recordsMax]
    slots[offset % recordsMax] = undefined
    if (record !== undefined) bytes -= weightOf(record)
  }

  function dropFirst(): void {
    dropAt(first)
    first += 1
  }

  function forgetOld(now: number): void {
    while (first < next && (slots[first % recordsMax]?.timestamp ?? 0) < now - recentMs) dropFirst()
  }

  return {
    push(record) {
      if (next - first === recordsMax) dropFirst()
      slots[record.offset % recordsMax] = record
      next = record.offset + 1
      bytes += weightOf(record)
      while (bytes > bytesMax && first < next) dropFirst()
      forgetOld(record.timestamp)
    },
    get begin() {
      return first
    },
    from(offset, limit) {
      if (offset < first) return undefined
      const found: LogRecord[] = []
      for (let at = offset; at < next && found.length < limit; at += 1) {
        const record = slots[at % recordsMax]
        if (record !== undefined) found.push(record)
      }
      return found
    },
    forgetOld,
    dropFrom(offset) {
      while (next > Math.max(offset, first)) {
        next -= 1
        dropAt(next)
      }
      first = Math.min(first, offset)
      next = offset
    },
    clear() {
      slots = []
      first = next
      bytes = 0
    },
  }
}

function weightOf(record: LogRecord): number {
  return overheadBytes + (record.value?.length ?? 0) + record.key.length
}
