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

/** The table with this entry as the latest used; beyond the bound the session unused for longest makes room. */
export function withSession(sessions: readonly SessionStart[], entry: SessionStart): readonly SessionStart[] {
  return [...room(sessions, findSession(sessions, entry.app, entry.session), profileBounds.sessions), entry]
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
