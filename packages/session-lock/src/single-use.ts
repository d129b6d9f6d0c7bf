import { REPORTS_MAX, USED_MAX } from './limits.ts'
import type { Used, UserLocks } from './state.ts'

/** Name of a challenge among the single-use ids. */
export function challengeUse(challenge: string): string {
  return `challenge:${challenge}`
}

/** Name of a ticket among the single-use ids; one of a report is of a kind of its own. */
export function ticketUse({ ticket, purpose }: Readonly<{ ticket: string; purpose: string }>): string {
  return purpose === 'report' ? `${reportPrefix}${ticket}` : `ticket:${ticket}`
}

const reportPrefix = 'report:'

/** Name of a removed factor among the single-use ids: a redelivered command must not bring it back. */
export function removedFactorUse(factor: string): string {
  return `factor:${factor}`
}

/** Whether a single-use id has been used. */
export function isUsed(state: UserLocks, id: string): boolean {
  return state.used.some((used) => used.id === id)
}

/** Whether so many more ids can be remembered; if not, what would use them is refused, for nothing valid may be forgotten. */
export function hasRoom(state: UserLocks, ids = 1): boolean {
  return state.used.length - reportsOf(state) + ids <= USED_MAX
}

/** Whether the ticket of one more report can be remembered. */
export function hasRoomForReport(state: UserLocks): boolean {
  return reportsOf(state) < REPORTS_MAX
}

function reportsOf({ used }: UserLocks): number {
  return used.filter(({ id }) => id.startsWith(reportPrefix)).length
}

/** Adds a used id, which is remembered until it has expired. */
export function withUsed(used: readonly Used[], id: string, until: number): readonly Used[] {
  return [...used, { id, until }]
}
