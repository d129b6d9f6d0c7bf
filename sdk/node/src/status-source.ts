import { createCheckedMemory } from './checked-memory.ts'
import type { Status, Subject } from './status.ts'
import type { Replica } from './replica.ts'
import { WatchwordError } from './watchword-error.ts'

/** Where a guard gets its answers, and how it hears that there is contact again. */
export type StatusSource = {
  readonly check: (subject: Subject) => Status | 'unknown' | Promise<Status | 'unknown'>
  readonly onContact: (listener: () => void) => void
}

/** Answers from the locks held in this process, and asks `one` for each request while the guard does not know how some users stand. */
export const replicaSource = (replica: Replica, one: StatusSource): StatusSource => ({
  check: (subject) => {
    const status = replica.check(subject)
    return status === 'unknown' && !replica.isComplete() ? one.check(subject) : status
  },
  onContact: (listener) => void replica.onContact(listener),
})

/** Answers from one request to the guard each; a lock once heard of stays, whatever happens to later requests. */
export const createHttpSource = (
  check: (subject: Subject) => Promise<Status>,
  monotonic: () => number,
  onError: ((error: WatchwordError) => void) | undefined,
): StatusSource => {
  const memory = createCheckedMemory()
  const listeners: (() => void)[] = []
  return {
    check: async (subject) => {
      const startedAt = monotonic()
      try {
        const status = await check(subject)
        memory.learn(subject, status, startedAt, monotonic())
        for (const listener of listeners) listener()
        return memory.recall(subject) ?? status
      } catch (error) {
        if (!(error instanceof WatchwordError) || error.code === 'invalid-argument') throw error
        onError?.(error)
        return memory.recall(subject) ?? 'unknown'
      }
    },
    onContact: (listener) => void listeners.push(listener),
  }
}
