import type { GuardParts } from '../guard-parts.ts'
import { invalid } from '../http/invalid.ts'
import { isoTime } from '../http/lock-json.ts'
import type { TicketClaims } from './claims.ts'
import { textLengthMax } from './signed-text.ts'

/** What a ticket is for. */
export type TicketPurpose = Omit<TicketClaims, 'id' | 'expiresAt'>

/** A new ticket, good from now; throws `invalid` at the place that `longestOf` names where it would be too long. */
export function mintTicket(
  { texts, clock, newId, config }: Pick<GuardParts, 'texts' | 'clock' | 'newId' | 'config'>,
  purpose: TicketPurpose,
  longestOf: (purpose: TicketPurpose) => string,
): Readonly<{ ticket: string; expiresAt: string }> {
  const expiresAt = clock.now() + config.ticketTtlMs
  const ticket = texts.ticket({ ...purpose, id: newId(), expiresAt })
  // The capability that follows it says the same, in as many characters.
  if (ticket.length > textLengthMax) throw invalid(longestOf(purpose), 'makes the ticket too long')
  return { ticket, expiresAt: isoTime(expiresAt) }
}
