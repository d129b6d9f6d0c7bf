import type { GuardView } from '../view/guard-view.ts'
import { endedSessionsOf } from '../view/user-standing.ts'
import type { Closing, Identity } from './authenticate.ts'

/** What a connection is told whose session has ended: its backend must vouch for the next one. */
export const sessionEndedClosing: Closing = { code: 4401, reason: 'the session has ended' }

/** Whether the session that the ticket named has ended; a connection without one belongs to none. */
export function hasEnded(view: Pick<GuardView, 'lockState'>, { tenant, app, user, session }: Identity): boolean {
  if (user === null || session === null) return false
  return endedSessionsOf(view.lockState(tenant, user), app).includes(session)
}
