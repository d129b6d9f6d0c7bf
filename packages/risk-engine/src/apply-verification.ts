import { countedAt } from './decayed-counter.ts'
import { establishedFrom, findSighted } from './familiarity.ts'
import { disown, learn, reclaim } from './learn.ts'
import { emptyProfile } from './profile.ts'
import type { PendingSighting, Profile } from './profile.ts'
import { withSession, withoutSession } from './session-table.ts'
import { failuresHalfLifeMs } from './signals/login-failures.ts'

/** What the lock stage found out about a user. Plain JSON. */
export interface VerificationOutcome {
  readonly kind: 'passed' | 'factor-added' | 'factor-removed' | 'session-ended' | 'failed'
  /** Activities whose context the user answered from. */
  readonly vouched: readonly string[]
  /** Activities whose context turned out to be somebody else's. */
  readonly disowned: readonly string[]
  readonly app: string
  readonly session: string | null
  /** The device of whoever answered or enrolled, where it is known. */
  readonly device: string | null
  readonly activeFactors: number
  /** Why an answer failed, or what was strange of one that passed, a code of the lock stage. */
  readonly reason: string | null
  /** Milliseconds since the epoch, as received. */
  readonly at: number
}

/**
 * The profile after an outcome of the lock stage: contexts vouched for by a pass or by a new factor are learned as one sighting each,
 * disowned ones are dropped together with their sessions. A context that is both is disowned.
 */
export function applyVerification(profile: Profile, outcome: VerificationOutcome): Profile {
  const disowned = profile.pending.filter((sighting) => names(sighting, outcome.disowned))
  let next: Profile = { ...profile, activeFactors: outcome.activeFactors }
  for (const sighting of disowned) next = applyDisowned(next, sighting)
  switch (outcome.kind) {
    case 'passed':
      next = applyPass(next, outcome)
      break
    case 'factor-added':
      next = applyVouched(next, outcome)
      break
    case 'session-ended':
      next = endSession(next, outcome)
      break
    case 'failed':
      next = { ...next, failures: countedAt(next.failures, outcome.at, failuresHalfLifeMs) }
      break
    case 'factor-removed':
      break
  }
  return isCredentialAlarm(profile, outcome) ? { ...next, credentialChangedAt: outcome.at } : next
}

/**
 * Signed by the authenticator of the person, so that nobody without it can say so: a page of somebody else, a second one with the same key,
 * or a key that is kept elsewhere from now on, or no longer.
 */
const alarmingReasons: ReadonlySet<string> = new Set([
  'wrong-origin',
  'cross-origin',
  'counter-not-risen',
  'backup-state-changed',
])

// oxlint-disable-next-line typescript/consistent-return -- the switch is exhaustive
function isCredentialAlarm(profile: Profile, { kind, device, activeFactors, reason }: VerificationOutcome): boolean {
  switch (kind) {
    case 'factor-added': {
      // The first factor is how everybody begins; a later one is what a thief would add.
      const seen = device === null ? 0 : (findSighted(profile.devices, device)?.count ?? 0)
      return activeFactors > 1 && seen < establishedFrom
    }
    case 'factor-removed':
      // One that was never confirmed, or whose place another one takes, is no loss.
      return activeFactors < profile.activeFactors
    case 'failed':
    case 'passed':
      return reason !== null && alarmingReasons.has(reason)
    case 'session-ended':
      return false
  }
}

// A pass from another context answers the lock, but says nothing good of what led to it.
function applyPass(profile: Profile, outcome: VerificationOutcome): Profile {
  if (outcome.vouched.length === 0) return profile
  return {
    ...applyVouched(profile, outcome),
    previousLevel: 'LOW',
    credentialChangedAt: null,
    failures: emptyProfile.failures,
  }
}

function endSession(profile: Profile, outcome: VerificationOutcome): Profile {
  return {
    ...profile,
    sessions: withoutSession(profile.sessions, outcome.app, outcome.session),
    pending: profile.pending.filter((sighting) => !isOfSession(sighting, outcome.app, outcome.session)),
  }
}

function applyVouched(profile: Profile, outcome: VerificationOutcome): Profile {
  let next = profile
  for (const sighting of profile.pending) {
    if (names(sighting, outcome.vouched)) next = learnSighting(next, sighting, outcome.at)
  }
  return next
}

function learnSighting(profile: Profile, sighting: PendingSighting, at: number): Profile {
  const { context, level } = sighting
  const { app, session } = context
  const learned = learn(reclaim(profile, context), context, sighting.login, at)
  const pending = profile.pending.filter((other) => other !== sighting)
  if (session === null) return { ...learned, pending }
  const start = { app, session, context, level, settled: true, startedAt: sighting.at, lastAt: at }
  return { ...learned, pending, sessions: withSession(profile.sessions, start) }
}

function applyDisowned(profile: Profile, sighting: PendingSighting): Profile {
  const { app, session } = sighting.context
  const dropped = profile.pending.filter((other) => other !== sighting && !isOfSession(other, app, session))
  return disown(
    { ...profile, pending: dropped, sessions: withoutSession(profile.sessions, app, session) },
    sighting.context,
  )
}

function names(sighting: PendingSighting, activities: readonly string[]): boolean {
  return sighting.activities.some((activity) => activities.includes(activity))
}

function isOfSession(sighting: PendingSighting, app: string, session: string | null): boolean {
  return session !== null && sighting.context.session === session && sighting.context.app === app
}
