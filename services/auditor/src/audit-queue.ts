import type { LogRecord } from '@watchword/event-log'

/** What is stored together at most; reading stops when twice as much waits. */
export type AuditQueueConfig = Readonly<{ batchRowsMax: number; batchBytesMax: number }>

/** Records that wait to be stored, in the order in which they came. */
export interface AuditQueue {
  push(records: readonly LogRecord[]): void
  readonly length: number
  /** There is as much as is stored together. */
  hasBatch(): boolean
  /** There is so much that no more should be read. */
  isFull(): boolean
  /** The first of them, as many as are stored together; one at least if there is one. They stay until they are dropped. */
  batch(): readonly LogRecord[]
  /** Forgets the first ones. */
  drop(count: number): void
}

export function createAuditQueue({ batchRowsMax, batchBytesMax }: AuditQueueConfig): AuditQueue {
  let waiting: LogRecord[] = []
  let bytes = 0

  const holds = (batches: number): boolean =>
    waiting.length >= batchRowsMax * batches || bytes >= batchBytesMax * batches

  return {
    push(records) {
      waiting.push(...records)
      bytes += bytesOf(records)
    },
    get length() {
      return waiting.length
    },
    hasBatch: () => holds(1),
    isFull: () => holds(2),
    batch() {
      let left = batchBytesMax
      const end = waiting.findIndex((record, index) => {
        if (index === batchRowsMax || left <= 0) return true
        left -= bytesOf([record])
        return false
      })
      return end === -1 ? [...waiting] : waiting.slice(0, end)
    },
    drop(count) {
      bytes -= bytesOf(waiting.slice(0, count))
      waiting = waiting.slice(count)
    },
  }
}

function bytesOf(records: readonly LogRecord[]): number {
  return records.reduce((sum, { value }) => sum + (value?.length ?? 0), 0)
}
