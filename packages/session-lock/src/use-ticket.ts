import { accept, refuse } from '@watchword/decider'
import type { UseTicket } from './commands.ts'
import type { LockDecision } from './events.ts'
import { hasRoom, isUsed, ticketUse } from './single-use.ts'
import type { UserLocks } from './state.ts'

/** Uses a ticket, once and in time. */
export function useTicket({ at, data }: UseTicket, state: UserLocks): LockDecision {
  if (at >= data.expiresAt) return refuse('ticket-expired')
  if (isUsed(state, ticketUse(data.ticket))) return refuse('ticket-used')
  if (!hasRoom(state)) return refuse('too-many-uses')
  return accept({ type: 'TicketUsed', at, data })
}
