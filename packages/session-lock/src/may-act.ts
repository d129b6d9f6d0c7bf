import type { UserLocks } from './state.ts'
import { statusOf, type StatusQuery } from './status.ts'

/** Whether somebody may do more than prove who they are: their session has not ended, and no lock applies to it. */
export function mayAct(state: UserLocks, { app, session, device }: StatusQuery, at: number): boolean {
  const { locked, sessionState } = statusOf(state, { app, session, device }, at)
  return !locked && sessionState !== 'ended'
}
