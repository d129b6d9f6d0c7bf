import { createCheckedMemory } from './checked-memory.ts'
import type { Replica } from './replica.ts'
import type { Status, Subject } from './status.ts'
import { WatchwordError } from './watchword-error.ts'

/** Where a guard gets its answers, and how it hears that there is contact again. */
export type StatusSource = {
  readonly check: (subject: Subject) => Status | 'unknown' | Promise<Status | 'unknown'>
  readonly onContact: (listener: () => void) => void
}

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
})

/** Asks for each request; a lock once heard of stays, whatever happens to later requests. */
export const createHttpSource = (ask: Ask, monotonic: () => number): StatusSource => {
  const memory = createCheckedMemory()
  const listeners: (() => void)[] = []
  return {
    check: async (subject) => {
      const startedAt = monotonic()
      const status = await ask(subject)
      if (status !== 'unknown') {
        memory.learn(subject, status, startedAt, monotonic())
        for (const listener of listeners) listener()
      }
      return memory.recall(subject) ?? status
    },
    onContact: (listener) => void listeners.push(listener),
  }
}
