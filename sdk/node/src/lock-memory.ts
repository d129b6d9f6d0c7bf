import {
  applyUserFrame,
  isCaused,
  type Lock,
  lockApplies,
  noUserLocks,
  type UserFrame,
  type UserLocks,
} from '@watchword/frames'
import type { Status, Subject } from './status.ts'

type Hold = { readonly lock: Lock; readonly status: Status }
type Entry = { readonly known: UserLocks; readonly holds: readonly Hold[]; readonly generation: number }

const ended: Status = Object.freeze({ mfaVerified: false, locked: false, sessionState: 'ended' })

/** The locks and ended sessions this process has been told of; what is in it stays true until the guard says otherwise. */
export type LockMemory = {
  /** Takes a frame in; `generation` counts the connections it may come from. */
  readonly apply: (frame: UserFrame, generation: number) => void
  /** The lock or end that concerns a subject, whose user is given in the canonical form; undefined where nothing is known against it. */
  readonly recall: (user: string, subject: Subject) => Status | undefined
  /** Drops whoever no connection since `generation` has mentioned. */
  readonly forgetBefore: (generation: number) => void
  readonly size: () => number
}

/** An empty memory. */
export const createLockMemory = (): LockMemory => {
  const entries = new Map<string, Entry>()
  return {
    apply: (frame, generation) => {
      const user = frame.user.normalize('NFC')
      const before = entries.get(user)
      const { next } = applyUserFrame(before?.known ?? noUserLocks, frame)
      // A calm user needs no entry: frames of one connection come in order, and an older guard on a later
      // connection can at worst show a lock again until it has caught up.
      if (next.locks.size === 0 && next.ended.size === 0) entries.delete(user)
      else entries.set(user, { known: next, holds: holdsOf(next), generation })
    },
    recall: (user, subject) => {
      const entry = entries.get(user)
      if (entry === undefined) return undefined
      if (subject.session !== undefined && entry.known.ended.has(subject.session)) return ended
      for (const hold of entry.holds) if (lockApplies(hold.lock, subject.session, subject.device)) return hold.status
      return undefined
    },
    forgetBefore: (generation) => {
      for (const [user, entry] of entries) if (entry.generation < generation) entries.delete(user)
    },
    size: () => entries.size,
  }
}

// Like the guard, the worst lock that concerns a subject is the one to name: one with a cause before one without, then the higher one.
const holdsOf = (known: UserLocks): Hold[] =>
  Array.from(known.locks.values(), holdOf).sort((a, b) => rank(b.lock) - rank(a.lock))

const rank = (lock: Lock): number => ['LOW', 'MEDIUM', 'HIGH'].indexOf(lock.level) + (isCaused(lock) ? 3 : 0)

const holdOf = (lock: Lock): Hold => ({
  lock,
  status: Object.freeze({ mfaVerified: false, locked: true, lock, sessionState: 'locked' }),
})
