import { ENDED_SESSIONS_MAX } from './limits.ts'
import type { EndedSession, UserLocks } from './state.ts'

/** Whether the session has ended; an unnamed app (null) means a session of this name in any app. */
export function isEnded(state: UserLocks, app: string | null, session: string): boolean {
  return state.endedSessions.some((ended) => ended.session === session && (app === null || ended.app === app))
}

/**
 * Adds an ended session. When there are too many, the oldest that was ended on request goes first: logging in and out
 * again and again must not bring back a session that was ended because its thief was found out.
 */
export function withEnded(endedSessions: readonly EndedSession[], ended: EndedSession): readonly EndedSession[] {
  const all = [...endedSessions, ended]
  if (all.length <= ENDED_SESSIONS_MAX) return all
  const requested = endedSessions.findIndex((one) => one.by === 'request')
  return all.toSpliced(Math.max(requested, 0), 1)
}
