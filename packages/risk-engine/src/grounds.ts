import type { Activity } from './activity.ts'
import { findSighted } from './familiarity.ts'
import type { Profile } from './profile.ts'
import { compareSession } from './session-change.ts'
import { findSession } from './session-table.ts'

/**
 * What a demand for proof rests on. `proven`: whoever acted held something of the user's (the password, a session, a device), so that what
 * is locked is held by somebody. `unproven`: anybody who knows the user's name could have caused it.
 */
export type Grounds = 'proven' | 'unproven'

/** The grounds of what an activity asks for, by the profile before it. What was let in is the app's word that somebody is inside. */
export function groundsOf(activity: Activity, profile: Profile): Grounds {
  return isInside(activity) || holdsSession(activity, profile) || holdsDevice(activity, profile) ? 'proven' : 'unproven'
}

function isInside({ type, outcome, session }: Activity): boolean {
  if (outcome !== 'succeeded') return false
  return type === 'login' || (session !== null && (type === 'access' || type === 'credential-change'))
}

/** A session that was vouched for; or another one, used from elsewhere than where it began, as a thief would. */
function holdsSession({ app, session, agent, network }: Activity, { sessions }: Profile): boolean {
  const start = findSession(sessions, app, session)
  if (start === null || start.settled) return start !== null
  const change = compareSession(start, agent, network)
  return change.agent === 'changed' || change.network === 'changed'
}

function holdsDevice({ device }: Activity, { devices }: Profile): boolean {
  return device !== null && findSighted(devices, device) !== null
}
