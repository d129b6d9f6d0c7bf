import { type AppendRecord, type EventLog, LogError, type Position, toError } from '@watchword/event-log'
import type { Clock } from './clock.ts'
import { withSettled } from './output-record.ts'
import { StreamError, type StreamErrorCode } from './stream-error.ts'

/** Records of one input on their way to the log. */
export type Outgoing = Readonly<{
  records: readonly AppendRecord[]
  /** Every input below is settled when the records are acknowledged; where there are none, when the inputs are durable. */
  settles: number
  /** When the log took the input, epoch milliseconds. */
  takenAt: number
  /** Called when the records are acknowledged; not where there are none. */
  onSaid?: (() => void) | undefined
  /** The code if the log refuses them. */
  failure: StreamErrorCode & ('append-failed' | 'dead-letter-failed')
}>

/** The outputs of one partition, in order, one append in flight. */
export interface OutputQueue {
  push(outgoing: Outgoing): void
  /** Begins to send what was pushed, unless an append is in flight. */
  flush(): void
  /** Inputs below are durable, and have all their outputs acknowledged. */
  readonly settled: number
  /** Resolves with true when `offset` is settled, with false when the queue was stopped before. */
  untilSettled(offset: number): Promise<boolean>
  /** Resolves when fewer than `pendingRecordsMax` records wait, or the queue is stopped. */
  untilRoom(): Promise<void>
  /** Gives up what is not yet sent; resolves when no append is in flight. */
  stop(): Promise<void>
}

export type OutputQueueDeps = Readonly<{
  log: EventLog
  clock: Clock
  /** Settled from the start. */
  settled: number
  pendingRecordsMax: number
  /** Resolves when every input below is durable; rejects when one never will be. */
  durable: (offset: number) => Promise<void>
  onAppended: (positions: readonly Position[], records: readonly AppendRecord[]) => void
  /** What an input that the log took at this time led to is in the log. */
  onSaid: (takenAt: number) => void
  onRetry: () => void
  onFailed: (error: StreamError) => void
}>

const appendRecordsMax = 500
const retryDelayMs = { first: 50, max: 5000 }

export function createOutputQueue(deps: OutputQueueDeps): OutputQueue {
  let waiting: Outgoing[] = []
  let waitingRecords = 0
  let settled = deps.settled
  let sending: Promise<void> | null = null
  let stopped = false
  let cancelRetry: (() => void) | undefined
  let watchers: (() => void)[] = []

  function notify(): void {
    const current = watchers
    watchers = []
    for (const watcher of current) watcher()
  }

  /** Resolves when the fact holds, or the queue is stopped. */
  async function until(fact: () => boolean): Promise<void> {
    while (!fact() && isOpen()) await new Promise<void>((resolve) => watchers.push(resolve))
  }

  function isOpen(): boolean {
    return !stopped
  }

  /** What may go out together: outputs only follow a dead letter that is acknowledged. */
  function takeBatch(): readonly Outgoing[] {
    const first = waiting[0]
    let records = 0
    const size = waiting.findIndex((outgoing, index) => {
      records += outgoing.records.length
      return outgoing.failure !== first?.failure || (index > 0 && records > appendRecordsMax)
    })
    const batch = size === -1 ? waiting : waiting.slice(0, size)
    waiting = size === -1 ? [] : waiting.slice(size)
    return batch
  }

  function pause(attempt: number): Promise<void> {
    const delayMs = Math.min(retryDelayMs.max, retryDelayMs.first * 2 ** attempt)
    return new Promise((resolve) => {
      const cancel = deps.clock.after(delayMs, resolve)
      cancelRetry = () => {
        cancel()
        resolve()
      }
    })
  }

  async function append(records: readonly AppendRecord[]): Promise<readonly Position[] | null> {
    const stamped = records.map((record) => withSettled(record, settled))
    for (let attempt = 0; isOpen(); attempt += 1) {
      try {
        return await deps.log.append(stamped)
      } catch (error) {
        if (!(error instanceof LogError && error.retryable)) throw error
        deps.onRetry()
      }
      await pause(attempt)
    }
    return null
  }

  async function sendAll(): Promise<void> {
    while (waiting.length > 0 && isOpen()) {
      const batch = takeBatch()
      const settles = batch.at(-1)?.settles ?? settled
      const records = batch.flatMap((outgoing) => outgoing.records)
      // What is left unsettled here the next batch settles.
      if (records.length === 0 && !(await untilDurable(settles))) continue
      if (records.length > 0) {
        const positions = await append(records).catch((error: unknown) => {
          fail(batch[0]?.failure ?? 'append-failed', toError(error))
          return null
        })
        if (positions === null) return
        deps.onAppended(positions, records)
        for (const outgoing of batch) if (outgoing.records.length > 0) said(outgoing)
      }
      waitingRecords -= records.length
      settled = settles
      notify()
    }
  }

  /** Inputs that led to nothing settle when they are durable. False when stopped, or when there is something to say: its acknowledgement settles them, too. */
  async function untilDurable(offset: number): Promise<boolean> {
    let durable = false
    async function watch(): Promise<void> {
      try {
        await deps.durable(offset)
        durable = true
        notify()
      } catch (error) {
        if (isOpen()) fail('append-failed', toError(error))
      }
    }
    void watch()
    await until(() => durable || waitingRecords > 0)
    return durable
  }

  function said({ takenAt, onSaid }: Outgoing): void {
    deps.onSaid(takenAt)
    onSaid?.()
  }

  function fail(code: StreamErrorCode, cause: Error): void {
    stopped = true
    notify()
    deps.onFailed(new StreamError(code, 'the log took no more records of this partition', { cause }))
  }

  const queue: OutputQueue = {
    push(outgoing) {
      const last = waiting.at(-1)
      // Inputs that say nothing must not pile up behind an append that takes long.
      if (outgoing.records.length === 0 && last?.failure === outgoing.failure) {
        waiting[waiting.length - 1] = { ...last, settles: outgoing.settles }
        return
      }
      waiting.push(outgoing)
      waitingRecords += outgoing.records.length
    },
    flush() {
      // Whoever waits for the durability of inputs that led to nothing looks whether more has to be said.
      if (sending !== null) return notify()
      if (stopped || waiting.length === 0) return
      sending = sendAll().finally(() => {
        sending = null
        queue.flush()
      })
    },
    get settled() {
      return settled
    },
    async untilSettled(offset) {
      await until(() => settled >= offset)
      return settled >= offset
    },
    untilRoom: () => until(() => waitingRecords < deps.pendingRecordsMax),
    async stop() {
      stopped = true
      cancelRetry?.()
      notify()
      await sending
    },
  }
  return queue
}
