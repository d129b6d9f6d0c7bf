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
  /** The first of them behind as many as are `taken`, as many as are stored together; one at least if there is one. They stay until they are dropped. */
  batch(taken?: number): readonly LogRecord[]
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
    batch(taken = 0) {
      let left = batchBytesMax
      const end = waiting.findIndex((record, index) => {
        if (index < taken) return false
        if (index === taken + batchRowsMax || left <= 0) return true
        left -= record.value?.length ?? 0
        return false
      })
      return waiting.slice(taken, end === -1 ? undefined : end)
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
