import type { Position } from '../event-log.ts'
import type { LogError } from '../log-error.ts'
import type { AdmittedRecord } from '../record-admission.ts'

/** Less than `max.message.bytes` of a broker as it comes (1 048 588), since a chunk is one record batch. */
const chunkBytesMax = 900_000
const chunkRecordsMax = 10_000

/** One `append` with what is left of it to be acknowledged. */
export type AppendCall = {
  readonly bytes: number
  readonly positions: Position[]
  left: number
  readonly deadline: number
  readonly resolve: () => void
  readonly reject: (error: LogError) => void
}

export type AppendEntry = Readonly<{ call: AppendCall; index: number; record: AdmittedRecord; bytes: number }>

/** What waits for one partition, in the order in which it goes. */
export interface AppendLane {
  readonly topic: string
  readonly partition: number
  push(entry: AppendEntry): void
  /** Whether there is something to send; forgets what belongs to calls that are no longer among those. */
  ready(calls: ReadonlySet<AppendCall>): boolean
  /** The next chunk; the lane is not ready until it is acknowledged or put back. */
  take(): readonly AppendEntry[]
  /** The chunk is in the log from `base` on: answers the calls that are complete by it. */
  acknowledge(base: number): readonly AppendCall[]
  putBack(): void
  callsSending(): readonly AppendCall[]
  /** Some record of the chunk was refused: what is in it goes call by call from now on, to find the one at fault. */
  beWary(): void
}

export function createAppendLane(topic: string, partition: number): AppendLane {
  let waiting: AppendEntry[] = []
  let sending: readonly AppendEntry[] = []
  /** So many entries at the front go call by call. */
  let wary = 0

  return {
    topic,
    partition,
    push(entry) {
      waiting.push(entry)
    },
    ready(calls) {
      if (sending.length > 0) return false
      if (waiting.some(({ call }) => !calls.has(call))) {
        waiting = waiting.filter(({ call }) => calls.has(call))
        wary = Math.min(wary, waiting.length)
      }
      return waiting.length > 0
    },
    take() {
      let bytes = 0
      let count = 0
      for (const entry of waiting) {
        bytes += entry.bytes
        if (count > 0 && (bytes > chunkBytesMax || count === chunkRecordsMax)) break
        if (wary > 0 && entry.call !== waiting[0]?.call) break
        count += 1
      }
      sending = waiting.slice(0, count)
      return sending
    },
    acknowledge(base) {
      const complete: AppendCall[] = []
      for (const [at, { call, index }] of sending.entries()) {
        call.positions[index] = { topic, partition, offset: base + at }
        call.left -= 1
        if (call.left === 0) complete.push(call)
      }
      waiting = waiting.slice(sending.length)
      wary = Math.max(0, wary - sending.length)
      sending = []
      return complete
    },
    putBack() {
      sending = []
    },
    callsSending: () => [...new Set(sending.map(({ call }) => call))],
    beWary() {
      wary = Math.max(wary, sending.length)
    },
  }
}
