import { type Conditions, promptOf, type Unprompted } from './prompt.ts'
import type { ResourceClass } from './resource-class.ts'

/** Everything that decides about one attempt to connect. */
export type AdmissionFacts = Readonly<{
  conditions: Conditions
  /** Somebody answers for it that this user needs no second factor for now. */
  waived: boolean
  resourceClass: ResourceClass
  /** The user signed in with a password that has to be changed before anything else. */
  passwordChange: boolean
  sessionEnded: boolean
  /** Whether a lock applies: none, one that waits for a second factor and knows of nothing bad, or one with a cause. */
  lock: 'none' | 'pending' | 'caused'
}>

/** Why an attempt ended as it did. */
export type AdmissionReason =
  | Unprompted
  | 'session-ended'
  | 'locked'
  | 'exempt'
  | 'second-factor-pending'
  | 'password-change-required'
  | 'waived'

/** What becomes of an attempt: it is let in, waits for the person, or is refused. */
export type Admission = Readonly<{ outcome: 'admitted' | 'pending' | 'refused'; reason: AdmissionReason }>

/**
 * Decides about an attempt, in the one order that leads everybody through: who it is and the credentials, then the second factor, then the
 * password change, then the resource. A lock with a cause opens nothing, whatever the resource is.
 */
export function admissionOf(facts: AdmissionFacts): Admission {
  const { conditions, waived, resourceClass, passwordChange, sessionEnded, lock } = facts
  const { prompt, reason, identified, protectedOpen } = promptOf(conditions)
  if (!identified) return { outcome: 'refused', reason }
  if (sessionEnded) return { outcome: 'refused', reason: 'session-ended' }
  if (lock === 'caused') return { outcome: 'pending', reason: 'locked' }
  if (resourceClass === 'exempt') return { outcome: 'admitted', reason: 'exempt' }
  if (prompt || lock === 'pending') return { outcome: 'pending', reason: 'second-factor-pending' }
  if (!protectedOpen && !waived) return { outcome: 'refused', reason }
  if (passwordChange && resourceClass !== 'password-change')
    return { outcome: 'refused', reason: 'password-change-required' }
  return { outcome: 'admitted', reason: protectedOpen ? reason : 'waived' }
}
