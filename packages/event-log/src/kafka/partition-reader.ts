import type { LogRecord } from '../event-log.ts'

const batchRecordsMax = 1000
const bufferRecordsMax = 2000
const bufferBytesMax = 1024 * 1024
const recordBytes = 100

/** What a reader tells its owner. */
export type ReaderOwner = Readonly<{
  onRecords: (records: readonly LogRecord[]) => void | Promise<void>
  /** Everything below `position` is handled. */
  onMoved: (position: number) => void
  /** The reader has ended. */
  onFault: (error: unknown) => void
  /** Asked before each batch: false ends the delivery without a fault. */
  mayDeliver: () => boolean | Promise<boolean>
}>

/** One reader of one partition: takes what was fetched and delivers it in order, one batch at a time. */
export interface PartitionReader {
  readonly topic: string
  readonly partition: number
  readonly position: number
  /** Where the next fetch goes on. */
  readonly fetchOffset: number
  readonly bufferedBytes: number
  /** Whether there is room for more. */
  readonly hungry: boolean
  accept(records: readonly LogRecord[], nextOffset: number): void
  /** Ends the reader with a fault of the log. */
  fail(error: unknown): void
  /** Resolves when the batch under way is done; none is delivered after. */
  stop(): Promise<void>
}

/** `onRoom` runs when the buffer has given something out and can take more. */
export function createPartitionReader(
  topic: string,
  partition: number,
  start: number,
  owner: ReaderOwner,
  onRoom: () => void,
): PartitionReader {
  let buffer: LogRecord[] = []
  let bufferedBytes = 0
  let position = start
  let fetchOffset = start
  let running: Promise<void> | null = null
  let stopped = false

  async function deliverAll(): Promise<void> {
    while (position < fetchOffset) {
      const allowed = owner.mayDeliver()
      if (!(typeof allowed === 'boolean' ? allowed : await allowed)) stopped = true
      if (stopped) return
      const batch = buffer.length <= batchRecordsMax ? buffer : buffer.slice(0, batchRecordsMax)
      buffer = buffer.length <= batchRecordsMax ? [] : buffer.slice(batchRecordsMax)
      for (const record of batch) bufferedBytes -= sizeOf(record)
      const next = buffer.length === 0 ? fetchOffset : (batch.at(-1)?.offset ?? position) + 1
      // Also when it was not full: all of them together may have been.
      if (reader.hungry) onRoom()
      if (batch.length > 0) {
        const handled = owner.onRecords(batch)
        if (handled !== undefined) await handled
      }
      position = next
      owner.onMoved(position)
      if (stopped) return
    }
  }

  async function run(): Promise<void> {
    try {
      await deliverAll()
    } catch (error) {
      reader.fail(error)
    }
    // What was accepted between the last look and now started nothing.
    running = !stopped && position < fetchOffset ? run() : null
  }

  const reader: PartitionReader = {
    topic,
    partition,
    get position() {
      return position
    },
    get fetchOffset() {
      return fetchOffset
    },
    get bufferedBytes() {
      return bufferedBytes
    },
    get hungry() {
      return !stopped && buffer.length < bufferRecordsMax && bufferedBytes < bufferBytesMax
    },
    accept(records, nextOffset) {
      if (stopped || nextOffset <= fetchOffset) return
      for (const record of records) bufferedBytes += sizeOf(record)
      buffer = buffer.length === 0 ? [...records] : buffer.concat(records)
      fetchOffset = nextOffset
      running ??= run()
    },
    fail(error) {
      if (stopped) return
      stopped = true
      owner.onFault(error)
    },
    async stop() {
      stopped = true
      await running
    },
  }
  return reader
}

function sizeOf(record: LogRecord): number {
  return (record.value?.length ?? 0) + record.key.length + recordBytes
}
