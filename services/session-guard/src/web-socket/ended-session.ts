import type { GuardView } from '../view/guard-view.ts'
import { hasSessionEnded } from '../view/user-standing.ts'
import type { Closing, Identity } from './authenticate.ts'

/** What a connection is told whose session has ended: its backend must vouch for the next one. */
export const sessionEndedClosing: Closing = { code: 4401, reason: 'the session has ended' }

/** Whether the session that the ticket named has ended; a connection without one belongs to none. */
export function hasEnded(view: Pick<GuardView, 'lockState'>, { user, ...identity }: Identity): boolean {
  return user !== null && hasSessionEnded(view, { ...identity, user })
}
