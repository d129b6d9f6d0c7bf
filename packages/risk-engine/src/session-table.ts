import { room } from './familiarity.ts'
import type { SessionStart } from './profile.ts'
import { profileBounds } from './profile.ts'

/** Finds a session of an app. */
export function findSession(
  sessions: readonly SessionStart[],
  app: string,
  session: string | null,
): SessionStart | null {
  if (session === null) return null
  for (const entry of sessions) {
    if (entry.session === session && entry.app === app) return entry
  }
  return null
}

/**
 * The table with this entry as the latest used; beyond the bound the session unused for longest makes room, of those that nobody has
 * vouched for first: signing in again and again with a stolen password must not make a stolen session be forgotten.
 */
export function withSession(sessions: readonly SessionStart[], entry: SessionStart): readonly SessionStart[] {
  const previous = findSession(sessions, entry.app, entry.session)
  const unsettled = sessions.find((other) => !other.settled && other !== previous)
  const isFull = sessions.length - (previous === null ? 0 : 1) >= profileBounds.sessions
  const kept = isFull && unsettled !== undefined ? sessions.filter((other) => other !== unsettled) : sessions
  return [...room(kept, previous, profileBounds.sessions), entry]
}

/** The table without a session. */
export function withoutSession(
  sessions: readonly SessionStart[],
  app: string,
  session: string | null,
): readonly SessionStart[] {
  const entry = findSession(sessions, app, session)
  return entry === null ? sessions : sessions.filter((other) => other !== entry)
}
