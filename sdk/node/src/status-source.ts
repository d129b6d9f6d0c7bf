import { createCheckedMemory } from './checked-memory.ts'
import type { KnownNames } from './known-names.ts'
import type { Replica } from './replica.ts'
import { fullJitterMs } from './retry-delay.ts'
import type { Runtime } from './runtime.ts'
import { known, type Status, type StatusSource, type Subject } from './status.ts'
import { WatchwordError } from './watchword-error.ts'

/** Asks the guard about one subject. */
export type Ask = (subject: Subject) => Promise<Status | 'unknown'>

/** One request to the guard each; what it cannot answer goes to `onError` and is unknown. */
export const createAsk =
  (check: (subject: Subject) => Promise<Status>, onError: ((error: WatchwordError) => void) | undefined): Ask =>
  async (subject) => {
    try {
      return await check(subject)
    } catch (error) {
      if (!(error instanceof WatchwordError) || error.code === 'invalid-argument') throw error
      onError?.(error)
      return 'unknown'
    }
  }

/** Answers from the locks held in this process, and asks for each request while the guard does not know how some users stand. */
export const replicaSource = (replica: Replica, ask: Ask): StatusSource => ({
  check: (subject) => {
    const status = replica.check(subject)
    return status === 'unknown' && !replica.isComplete() ? ask(subject) : status
  },
  onContact: (listener) => void replica.onContact(listener),
  // It connects again by itself.
  awaitContact: () => undefined,
})

/** Asks for each request; a lock once heard of stays, whatever happens to later requests. */
export const createHttpSource = (
  ask: Ask,
  names: Pick<KnownNames, 'canonical'>,
  runtime: Pick<Runtime, 'monotonic' | 'setTimeout' | 'clearTimeout' | 'random'>,
  bounds: { readonly minMs: number; readonly maxMs: number },
): StatusSource & { readonly close: () => void } => {
  const memory = createCheckedMemory(names)
  const listeners: (() => void)[] = []
  let timer: unknown
  let awaited: Subject | undefined
  let closed = false

  const check = async (subject: Subject): Promise<Status | 'unknown'> => {
    const startedAt = runtime.monotonic()
    const status = await ask(subject)
    if (status !== 'unknown') {
      awaited = undefined
      memory.learn(subject, status, startedAt, runtime.monotonic())
      for (const listener of listeners) listener()
    }
    const recalled = memory.recall(subject)
    if (recalled === undefined) return status
    return status === 'unknown' ? recalled : known(recalled)
  }

  const askAgain = (attempt: number): void => {
    timer = runtime.setTimeout(
      () => void askedAgain(attempt),
      bounds.minMs + fullJitterMs(attempt, bounds, runtime.random),
    )
  }
  const askedAgain = async (attempt: number): Promise<void> => {
    timer = undefined
    if (awaited !== undefined) await check(awaited)
    if (awaited !== undefined && !closed) askAgain(attempt + 1)
  }

  return {
    check,
    onContact: (listener) => void listeners.push(listener),
    awaitContact: (subject) => {
      if (awaited !== undefined || closed) return
      awaited = subject
      if (timer === undefined) askAgain(0)
    },
    close: () => {
      closed = true
      if (timer !== undefined) runtime.clearTimeout(timer)
    },
  }
}
