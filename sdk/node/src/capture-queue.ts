import type { ActivityResult } from './activity.ts'
import type { ActivityStore } from './activity-store.ts'
import { createContextMemory } from './context-memory.ts'
import type { HttpTransport } from './http-transport.ts'
import { readIngestAnswer } from './ingest-answer.ts'
import { fullJitterMs } from './retry-delay.ts'
import type { Runtime } from './runtime.ts'
import type { Tunings } from './settings.ts'
import type { StampedActivity } from './stamped-activity.ts'
import { WatchwordError } from './watchword-error.ts'

type Waiting = StampedActivity & {
  readonly giveUpAt: number
  /** Where it is on the disk, and when it is there. */
  readonly kept: { readonly seq: number; readonly stored: Promise<void> } | undefined
  readonly resolve: (result: ActivityResult) => void
  readonly reject: (error: WatchwordError) => void
}

/** Activities on their way to the platform: batched, in order, one request at a time, retried with the same ids. */
export type CaptureQueue<Item> = {
  /** Rejects with `queue-full`, `activity-too-large`, `closed`, or why the activity could not be delivered. */
  readonly capture: (item: Item) => Promise<ActivityResult>
  /** Sends at once; resolves when everything captured so far is settled. */
  readonly flush: () => Promise<void>
  /** Stops taking activities, delivers what it can within `deadlineMs`, rejects the rest with `closed`. */
  readonly close: (deadlineMs: number) => Promise<void>
}

/** Where a queue delivers to, and how an item is written down once and for all. */
export type CaptureTarget<Item> = {
  readonly path: string
  readonly stamp: (item: Item) => StampedActivity
}

/** What a queue that outlives its process works with. */
export type KeptQueue = {
  readonly store: ActivityStore
  /** Hears what no promise tells: of activities of an earlier process, and why the platform takes none now. */
  readonly onError: ((error: WatchwordError) => void) | undefined
}

/** What a request is refused with for what is in it. */
const refusedContent: ReadonlySet<number | undefined> = new Set([400, 413, 415, 422])

/** A capture queue over a transport; with a store, what is captured is delivered by this process or a later one. */
export const createCaptureQueue = <Item>(
  target: CaptureTarget<Item>,
  tunings: Tunings,
  transport: HttpTransport,
  runtime: Runtime,
  keptQueue?: KeptQueue,
): CaptureQueue<Item> => {
  const store = keptQueue?.store
  const contexts = createContextMemory(tunings.contextMemoryMax)
  let waiting: Waiting[] = []
  let inFlight: readonly Waiting[] = []
  let heldBytes = 0
  let flushTimer: unknown
  let pauseTimer: unknown
  let endPause: (() => void) | undefined
  let sending: Promise<void> | undefined
  let closing = false
  // Activities settle in the order of their capture, so two counts tell how far a flush has come.
  let takenCount = 0
  let settledCount = 0
  let flushes: { readonly upTo: number; readonly resolve: () => void }[] = []
  const abort = new AbortController()

  const release = (items: readonly Waiting[], isOver: boolean): void => {
    for (const item of items) heldBytes -= item.bytes
    const last = items.at(-1)?.kept
    // Whoever closes has not delivered: the next process does.
    if (isOver && last !== undefined) store?.settle(last.seq)
    settledCount += items.length
    for (const flush of flushes) if (settledCount >= flush.upTo) flush.resolve()
    flushes = flushes.filter(({ upTo }) => settledCount < upTo)
  }

  /** The next ones to send, behind those that were sent before and are not settled. */
  const takeBatch = (again: readonly Waiting[] = []): Waiting[] => {
    waiting.unshift(...again)
    let count = 0
    let bytes = 2
    for (const item of waiting) {
      if (count === tunings.batchItemsMax || bytes + item.bytes + 1 > tunings.batchBytesMax) break
      bytes += item.bytes + 1
      count++
    }
    return waiting.splice(0, Math.max(1, count))
  }

  const settleResults = (batch: readonly Waiting[], results: readonly ActivityResult[]): void => {
    for (const [index, item] of batch.entries()) {
      const result = results[index] as ActivityResult
      if (item.context !== undefined && result.status === 'accepted') contexts.note(item.context)
      item.resolve(result)
    }
    release(batch, true)
  }

  const pause = (delayMs: number): Promise<void> =>
    new Promise((resolve) => {
      endPause = resolve
      pauseTimer = runtime.setTimeout(resolve, delayMs)
    })

  const settleAll = (items: readonly Waiting[], error: WatchwordError): void => {
    for (const item of items) item.reject(error)
    release(items, error.code !== 'closed')
  }

  /** A wrong key, address or proxy is no fault of the activities: what is kept waits until it is put right, and the app is told. */
  const isRefusedForGood = (failure: WatchwordError): boolean => {
    if (failure.retryable) return false
    if (keptQueue === undefined || refusedContent.has(failure.status)) return true
    keptQueue.onError?.(failure)
    return false
  }

  /** Sends the batch until it is taken; each activity is given up in its own time. */
  const deliver = async (batch: readonly Waiting[]): Promise<void> => {
    inFlight = batch
    for (let attempt = 0; inFlight.length > 0; attempt++) {
      try {
        for (const { kept } of inFlight) await kept?.stored
        const body = `[${inFlight.map((item) => item.json).join(',')}]`
        const answer = await transport.send({
          method: 'POST',
          path: target.path,
          body,
          // Marked so (RFC 9218), it is refused before it is read, which costs the platform least.
          ...(contexts.knowsAll(inFlight) ? { headers: { priority: 'u=7' } } : {}),
          timeoutMs: tunings.requestTimeoutMs,
          signal: abort.signal,
        })
        return settleResults(inFlight, readIngestAnswer(answer.body, inFlight))
      } catch (error) {
        const failure = asWatchwordError(error)
        // Who is told when to come again comes then: what is captured meanwhile may be urgent.
        const delayMs = Math.max(
          failure.code === 'overloaded' && failure.retryAfterMs !== undefined
            ? 0
            : fullJitterMs(attempt, { minMs: tunings.retryMinMs, maxMs: tunings.retryMaxMs }, runtime.random),
          (failure.retryAfterMs ?? 0) + runtime.random() * tunings.retryMinMs,
        )
        if (abort.signal.aborted) return settleAll(inFlight, closedError())
        const againAt = runtime.monotonic() + delayMs
        const isOver = isRefusedForGood(failure)
        const given = inFlight.filter(({ giveUpAt }) => isOver || giveUpAt < againAt)
        const kept = inFlight.filter(({ giveUpAt }) => !isOver && giveUpAt >= againAt)
        inFlight = kept
        settleAll(given, failure)
        if (kept.length > 0) await pause(delayMs)
        if (abort.signal.aborted) return settleAll(inFlight, closedError())
        // What alone has to come later is taken at once together with what must not wait, such as a login that came meanwhile.
        if (failure.code === 'overloaded') inFlight = takeBatch(kept)
      }
    }
  }

  const drain = async (): Promise<void> => {
    while (waiting.length > 0) {
      await deliver(takeBatch())
      inFlight = []
    }
    sending = undefined
  }

  const sendNow = (): Promise<void> => {
    if (flushTimer !== undefined) runtime.clearTimeout(flushTimer)
    flushTimer = undefined
    sending ??= drain()
    return sending
  }

  const sendSoon = (): void => {
    if (sending !== undefined) return
    if (waiting.length >= tunings.batchItemsMax || heldBytes >= tunings.batchBytesMax) void sendNow()
    else flushTimer ??= runtime.setTimeout(() => void sendNow(), tunings.flushAfterMs)
  }

  const enqueue = (stamped: StampedActivity): Promise<ActivityResult> => {
    if (closing) throw closedError()
    const held = waiting.length + inFlight.length
    if (held >= tunings.queueItemsMax || heldBytes + stamped.bytes > tunings.queueBytesMax) {
      throw new WatchwordError('queue-full', `${held} activities are waiting already`, { retryable: true })
    }
    heldBytes += stamped.bytes
    takenCount++
    const kept = store?.append(stamped.json)
    // What is kept outlives an outage of any length, and this process.
    const giveUpAt = kept === undefined ? runtime.monotonic() + tunings.retryForMs : Number.POSITIVE_INFINITY
    return new Promise((resolve, reject) => {
      waiting.push({ ...stamped, giveUpAt, kept, resolve, reject })
      sendSoon()
    })
  }

  for (const { seq, json } of store?.left ?? []) {
    const { id } = JSON.parse(json) as { id: string }
    const bytes = Buffer.byteLength(json)
    heldBytes += bytes
    takenCount++
    waiting.push({
      id,
      json,
      bytes,
      kept: { seq, stored: Promise.resolve() },
      giveUpAt: Number.POSITIVE_INFINITY,
      resolve: () => undefined,
      reject: (error) => keptQueue?.onError?.(error),
    })
  }
  if (waiting.length > 0) sendSoon()

  return {
    capture: (item) => {
      try {
        return enqueue(target.stamp(item))
      } catch (error) {
        return Promise.reject(error)
      }
    },
    flush: async () => {
      if (settledCount === takenCount) return
      const done = new Promise<void>((resolve) => flushes.push({ upTo: takenCount, resolve }))
      void sendNow()
      await done
    },
    close: async (deadlineMs) => {
      closing = true
      if (waiting.length === 0 && sending === undefined) return store?.close()
      const timer = runtime.setTimeout(() => {
        settleAll(waiting, closedError())
        waiting = []
        abort.abort()
        if (pauseTimer !== undefined) runtime.clearTimeout(pauseTimer)
        endPause?.()
      }, deadlineMs)
      await sendNow()
      runtime.clearTimeout(timer)
      await store?.close()
    },
  }
}

const closedError = (): WatchwordError =>
  new WatchwordError('closed', 'the client was closed before the activity could be delivered')

const asWatchwordError = (error: unknown): WatchwordError =>
  error instanceof WatchwordError
    ? error
    : new WatchwordError('unreachable', 'the activity could not be sent', { cause: error })
