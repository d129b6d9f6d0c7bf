import type { Attempt, JudgeAttempt } from './attempt.ts'
import { isVerified } from './checked-memory.ts'
import { type FailureRule, failureModeOf, isExempt } from './failure-modes.ts'
import type { Requester, Status, StatusSource, Subject } from './status.ts'
import { type Refusal, refuseUnknown, refuseUnverified } from './refusal.ts'
import type { ReleaseJournal } from './release-journal.ts'
import type { RequiredProof } from './required-proof.ts'
import type { RoutePattern } from './route-pattern.ts'
import type { VerifiedMemory } from './verified-memory.ts'
import { WatchwordError } from './watchword-error.ts'

/** Whether a request goes through, and why: verified, exempt while the second factor is waited for, released by a failure mode, or the answer to give in its place. */
export type Verdict =
  | { readonly outcome: 'verified'; readonly status: Status }
  | { readonly outcome: 'exempt'; readonly status: Status }
  | { readonly outcome: 'released'; readonly mode: 'open' | 'last-known' }
  | { readonly outcome: 'refused'; readonly refusal: Refusal }

/** Decides about requests; made by `createGuard` of the client, used by the middlewares. */
export type Guard = {
  /** Whether a request target needs no check at all. */
  readonly isExempt: (target: string) => boolean
  /** Decides about one request; `target` is the path and query as the client sent them. An attempt is judged before it is let through. */
  readonly admit: (subject: Requester, target: string, attempt?: Attempt) => Promise<Verdict>
}

/** A guard over a source of answers. */
export const createGuard = (
  config: {
    readonly failureRules: readonly FailureRule[]
    readonly exempt: readonly RoutePattern[]
    readonly exemptWhilePending: readonly RoutePattern[]
    readonly requiredProof: RequiredProof
  },
  deps: {
    readonly source: StatusSource
    readonly verified: VerifiedMemory
    readonly journal: ReleaseJournal
    readonly judgeAttempt: JudgeAttempt
    readonly now: () => number
  },
): Guard => {
  const { source, verified, journal, judgeAttempt } = deps
  const { acrValuesFor, maxAgeSeconds, isMetBy } = config.requiredProof
  const remembers = config.failureRules.some(({ inForce }) => inForce.mode === 'last-known')
  source.onContact(() => journal.contact(source))

  const noted = <Mode>({ user, session, device }: Subject, target: string, mode: Mode) => ({
    user,
    ...(session === undefined ? {} : { session }),
    ...(device === undefined ? {} : { device }),
    path: target.split('?', 1)[0] ?? '',
    mode,
    at: new Date(deps.now()).toISOString(),
  })

  const release = (subject: Subject, target: string, mode: 'open' | 'last-known'): Verdict => {
    journal.record(noted(subject, target, mode))
    source.awaitContact(subject)
    return { outcome: 'released', mode }
  }

  const decideUnknown = (subject: Subject, target: string): Verdict => {
    const inForce = failureModeOf(config.failureRules, target)
    if (inForce.mode === 'open') return release(subject, target, 'open')
    if (inForce.mode === 'last-known' && verified.isWithin(subject, inForce.ttlMs)) {
      return release(subject, target, 'last-known')
    }
    journal.refused(noted(subject, target, 'closed'))
    return { outcome: 'refused', refusal: refuseUnknown() }
  }

  const refuse = (subject: Subject, status: Status): Verdict => {
    verified.forget(subject)
    return { outcome: 'refused', refusal: refuseUnverified(status, acrValuesFor(status.lock)) }
  }

  return {
    isExempt: (target) => isExempt(config.exempt, target),
    admit: async (subject, target, attempt) => {
      if (typeof subject.user !== 'string' || subject.user === '') {
        throw new WatchwordError('invalid-argument', 'a subject needs a user; null is for requests nobody signed')
      }
      const status = await source.check(subject)
      if (status !== 'unknown' && !isVerified(status)) {
        return status.isWaiting === true && isExempt(config.exemptWhilePending, target)
          ? { outcome: 'exempt', status }
          : refuse(subject, status)
      }
      // No failure mode makes up for a proof that is too old: it is the app's own and always known.
      if (!isMetBy(subject.proof, deps.now())) {
        return {
          outcome: 'refused',
          refusal: refuseUnverified({ sessionState: 'unknown' }, acrValuesFor(undefined), maxAgeSeconds),
        }
      }
      if (status === 'unknown') return decideUnknown(subject, target)
      if (remembers) verified.note(subject)
      const judged = attempt === undefined ? 'allowed' : await judgeAttempt(subject, attempt)
      if (judged === 'allowed') return { outcome: 'verified', status }
      return judged === 'unknown' ? decideUnknown(subject, target) : refuse(subject, judged)
    },
  }
}
