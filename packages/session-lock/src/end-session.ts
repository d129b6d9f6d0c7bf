import { accept } from '@watchword/decider'
import type { EndSession, LogoutSession } from './commands.ts'
import { isEnded } from './ended-sessions.ts'
import type { LockDecision } from './events.ts'
import { voidedPass } from './passes.ts'
import type { UserLocks } from './state.ts'

/** Ends a session for good. */
export function endSession({ at, data }: EndSession, state: UserLocks): LockDecision {
  const { app, session, reason } = data
  if (isEnded(state, app, session)) return accept()
  return accept({ type: 'SessionEnded', at, data: { app, session, by: 'request', reason } })
}

/** Drops the passes of a session that the person has left; its locks stay, for nothing opens by leaving. */
export function logoutSession({ at, data }: LogoutSession, state: UserLocks): LockDecision {
  const left = state.passes.filter((pass) => pass.app === data.app && pass.session === data.session)
  return accept(...left.map((pass) => voidedPass(pass, at, 'logout')))
}
