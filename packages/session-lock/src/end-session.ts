import { accept } from '@watchword/decider'
import type { EndSession } from './commands.ts'
import { isEnded } from './ended-sessions.ts'
import type { LockDecision } from './events.ts'
import type { UserLocks } from './state.ts'

/** Ends a session for good. */
export function endSession({ at, data }: EndSession, state: UserLocks): LockDecision {
  const { app, session, reason } = data
  if (isEnded(state, app, session)) return accept()
  return accept({ type: 'SessionEnded', at, data: { app, session, by: 'request', reason } })
}
