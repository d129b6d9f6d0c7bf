import { accept, refuse } from '@watchword/decider'
import type { UseTicket } from './commands.ts'
import type { LockDecision } from './events.ts'
import { hasRoom, hasRoomForReport, isUsed, ticketUse } from './single-use.ts'
import type { UserLocks } from './state.ts'

/** Uses a ticket, once and in time. */
export function useTicket({ at, data }: UseTicket, state: UserLocks): LockDecision {
  if (at >= data.expiresAt) return refuse('ticket-expired')
  if (isUsed(state, ticketUse(data))) return refuse('ticket-used')
  const isRoom = data.purpose === 'report' ? hasRoomForReport(state) : hasRoom(state)
  if (!isRoom) return refuse('too-many-uses')
  return accept({ type: 'TicketUsed', at, data })
}
