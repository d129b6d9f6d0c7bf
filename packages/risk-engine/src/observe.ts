import type { Activity } from './activity.ts'
import { contextOf } from './activity-context.ts'
import type { Assessment } from './assessment.ts'
import type { Level } from './level.ts'
import { countedAt } from './decayed-counter.ts'
import { establishedFrom, findSighted } from './familiarity.ts'
import { isDistrusted, learn, placed, reclaim } from './learn.ts'
import { withPending } from './pending.ts'
import type { Context, Profile, SessionStart } from './profile.ts'
import { isVerifiedByApp } from './second-factor.ts'
import { findSession, withSession, withoutSession } from './session-table.ts'
import { failuresHalfLifeMs } from './signals/login-failures.ts'

const rank: Readonly<Record<Level, number>> = { LOW: 0, MEDIUM: 1, HIGH: 2 }

/**
 * The profile after an assessed activity. A login is learned if it was LOW and allowed for a user with history, or verified by the app itself;
 * otherwise its context waits until somebody vouches for it. A failed or late activity never makes anything better known.
 */
export function observe(profile: Profile, activity: Activity, assessment: Assessment): Profile {
  if (activity.outcome === 'failed') return observeFailure(profile, activity)
  if (activity.late) return observeLate(profile, activity, assessment)
  const next: Profile = { ...profile, previousLevel: assessment.level }
  if (activity.outcome === 'attempted') return next
  if (activity.type === 'logout') {
    return { ...next, sessions: withoutSession(profile.sessions, activity.app, activity.session) }
  }
  const context = contextOf(activity)
  const learned = isLearned(profile, activity, assessment, context)
  const sightedProfile = learned
    ? learnLogin(next, activity, context)
    : keepWaiting(next, activity, assessment, context)
  return {
    ...sightedProfile,
    sessions: observeSession(profile.sessions, activity, assessment, context, learned),
    places: showsPlace(profile, activity, assessment, context, learned)
      ? placed(profile.places, context, activity.time)
      : profile.places,
    credentialChangedAt: observeCredential(sightedProfile, activity),
  }
}

function observeFailure(profile: Profile, activity: Activity): Profile {
  if (activity.type !== 'login') return profile
  return { ...profile, failures: countedAt(profile.failures, activity.receivedAt, failuresHalfLifeMs) }
}

function observeLate(profile: Profile, activity: Activity, assessment: Assessment): Profile {
  const { previousLevel } = profile
  const level = rank[assessment.level] > rank[previousLevel] ? assessment.level : previousLevel
  const credentialChangedAt = observeCredential(profile, activity)
  return { ...profile, previousLevel: level, credentialChangedAt }
}

function isLearned(profile: Profile, activity: Activity, assessment: Assessment, context: Context): boolean {
  if (activity.type !== 'login' || assessment.decision !== 'allow') return false
  if (isVerifiedByApp(activity)) return true
  return profile.loginsLearned > 0 && assessment.level === 'LOW' && !isDistrusted(profile, context)
}

function learnLogin(profile: Profile, activity: Activity, context: Context): Profile {
  const owned = isVerifiedByApp(activity) ? reclaim(profile, context) : profile
  return { ...learn(owned, context, true, activity.receivedAt), failures: { count: 0, at: activity.receivedAt } }
}

function keepWaiting(profile: Profile, activity: Activity, assessment: Assessment, context: Context): Profile {
  const login = activity.type === 'login'
  if (!login && assessment.lock === null) return profile
  const { level } = assessment
  const sighting = { activities: [activity.id], context, login, level, at: activity.receivedAt }
  return { ...profile, pending: withPending(profile.pending, sighting) }
}

function observeSession(
  sessions: Profile['sessions'],
  activity: Activity,
  assessment: Assessment,
  context: Context,
  learned: boolean,
): readonly SessionStart[] {
  const { app, session, receivedAt } = activity
  if (session === null || !isPresent(activity)) return sessions
  const previous = findSession(sessions, app, session)
  if (previous !== null && !learned) {
    const known = assessment.decision === 'allow' ? completed(previous.context, context) : previous.context
    return withSession(sessions, { ...previous, context: known, lastAt: receivedAt })
  }
  const { level } = assessment
  const startedAt = previous?.startedAt ?? receivedAt
  return withSession(sessions, { app, session, context, level, settled: learned, startedAt, lastAt: receivedAt })
}

// A login reported without its client program or network is compared by the first allowed activity that has them.
function completed(start: Context, now: Context): Context {
  if ((start.agent !== null || now.agent === null) && (start.prefix !== null || now.prefix === null)) return start
  const network = start.prefix === null ? now : start
  const { address, learnable, prefix, asn, country, position } = network
  return { ...start, agent: start.agent ?? now.agent, address, learnable, prefix, asn, country, position }
}

function showsPlace(
  profile: Profile,
  activity: Activity,
  assessment: Assessment,
  context: Context,
  learned: boolean,
): boolean {
  if (learned) return true
  if (assessment.decision !== 'allow' || !isPresent(activity)) return false
  return profile.loginsLearned > 0 && !isDistrusted(profile, context)
}

// Reports from other systems do not come from where the user is.
function isPresent(activity: Activity): boolean {
  return activity.type === 'login' || activity.type === 'access' || activity.type === 'context'
}

function observeCredential(profile: Profile, activity: Activity): number | null {
  if (activity.type !== 'credential-change') return profile.credentialChangedAt
  const session = findSession(profile.sessions, activity.app, activity.session)
  const device = activity.device ?? session?.context.device ?? null
  if (device === null) return profile.credentialChangedAt
  const seen = findSighted(profile.devices, device)?.count ?? 0
  return seen >= establishedFrom ? profile.credentialChangedAt : activity.receivedAt
}
