import { withCompromised } from './compromised.ts'
import { learn, reclaim } from './learn.ts'
import { emptyProfile } from './profile.ts'
import type { Context, Profile } from './profile.ts'
import { findSession, withoutSession, withSession } from './session-table.ts'

/** An assessed activity, where it came from, and what somebody says that it was. Plain JSON. */
export interface JudgedActivity {
  readonly verdict: 'confirmed-compromised' | 'confirmed-safe' | 'dismissed'
  /** Id of the assessed activity. */
  readonly activity: string
  /** Type and outcome of the activity, and whether its time was out of the window. */
  readonly type: string
  readonly outcome: string
  readonly late: boolean
  readonly context: Context
  /** When it was given, milliseconds since the epoch, as received. */
  readonly at: number
}

/**
 * The profile after a verdict. `confirmed-compromised`: the context is somebody else's until the user vouches for it, and is never learned;
 * its session and what waits there are forgotten. `confirmed-safe`: the context is learned as a verified one would be, unless the activity
 * failed, was only attempted or came late, which never makes anything better known. `dismissed` changes nothing.
 */
// oxlint-disable-next-line typescript/consistent-return -- the switch is exhaustive
export function applyVerdict(profile: Profile, judged: JudgedActivity): Profile {
  switch (judged.verdict) {
    case 'confirmed-compromised':
      return applyCompromised(profile, judged)
    case 'confirmed-safe':
      return applySafe(profile, judged)
    case 'dismissed':
      return profile
  }
}

/**
 * The profile of a user of whom everything learned is forgotten, so that they are nobody's acquaintance again; suspicion stays, as does how
 * many second factors there are.
 */
export function forgetLearned(profile: Profile): Profile {
  const { disowned, compromised, failures, credentialChangedAt, activeFactors, previousLevel } = profile
  return { ...emptyProfile, disowned, compromised, failures, credentialChangedAt, activeFactors, previousLevel }
}

function applyCompromised(profile: Profile, { activity, context }: JudgedActivity): Profile {
  const { app, session } = context
  const isOf = (waiting: Profile['pending'][number]): boolean =>
    waiting.activities.includes(activity) ||
    (session !== null && waiting.context.session === session && waiting.context.app === app)
  const next: Profile = {
    ...profile,
    sessions: withoutSession(profile.sessions, app, session),
    pending: profile.pending.filter((waiting) => !isOf(waiting)),
    previousLevel: 'HIGH',
  }
  return withCompromised(next, context)
}

function applySafe(profile: Profile, { activity, type, outcome, late, context, at }: JudgedActivity): Profile {
  const owned: Profile = { ...reclaim(profile, context), previousLevel: 'LOW' }
  if (outcome !== 'succeeded' || late || type === 'signal' || type === 'logout') return owned
  const learned = learn(owned, context, type === 'login', at)
  const pending = learned.pending.filter(({ activities }) => !activities.includes(activity))
  const start = findSession(learned.sessions, context.app, context.session)
  if (start === null) return { ...learned, pending }
  return { ...learned, pending, sessions: withSession(learned.sessions, { ...start, settled: true }) }
}
