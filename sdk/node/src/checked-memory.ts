import { isCaused, type Lock, lockApplies } from '@watchword/frames'
import type { KnownNames } from './known-names.ts'
import type { Status, Subject } from './status.ts'

type Hold = { readonly lock: Lock; readonly status: Status; readonly learnedAt: number }

/** What single checks have told against subjects; kept until a check that began later says otherwise. */
export type CheckedMemory = {
  /** Takes an answer in; times in ms of one monotonic clock. */
  readonly learn: (subject: Subject, status: Status, startedAt: number, answeredAt: number) => void
  readonly recall: (subject: Subject) => Status | undefined
}

/** An empty memory. */
export const createCheckedMemory = (names: Pick<KnownNames, 'canonical'>): CheckedMemory => {
  const holds = new Map<string, readonly Hold[]>()
  // The platform answers about no other; whatever came under such a name is kept under it.
  const nameOf = ({ user }: Subject): string => names.canonical(user) ?? user
  return {
    learn: (subject, status, startedAt, answeredAt) => {
      const user = nameOf(subject)
      // An answer says nothing about a lock that was learned of after its question was asked.
      const kept = (holds.get(user) ?? []).filter(
        ({ lock, learnedAt }) => learnedAt > startedAt || !lockApplies(lock, subject.session, subject.device),
      )
      if (!isVerified(status)) kept.push({ lock: status.lock ?? unnamedLock(subject), status, learnedAt: answeredAt })
      if (kept.length === 0) holds.delete(user)
      else holds.set(user, kept)
    },
    recall: (subject) => {
      const applying = holds
        .get(nameOf(subject))
        ?.filter(({ lock }) => lockApplies(lock, subject.session, subject.device))
      // One with a cause before one that only waits for a second factor.
      return (applying?.find(({ lock }) => isCaused(lock)) ?? applying?.[0])?.status
    },
  }
}

/** Whether a status admits: verified, not locked, not ended. */
export const isVerified = (status: Status): boolean =>
  status.mfaVerified && !status.locked && status.sessionState !== 'ended' && status.sessionState !== 'locked'

const unnamedLock = (subject: Subject): Lock => ({
  id: '',
  version: 0,
  scope: subject.session === undefined ? 'user' : 'session',
  ...(subject.session === undefined ? {} : { session: subject.session }),
  level: '',
  reasonUser: {},
  factors: [],
  by: 'risk',
  since: '',
  challengeUri: '',
})
