import type { FastifyInstance } from 'fastify'
import { BankError } from './bank-error.ts'
import { type BankParts, requireSession, subjectOf, textOf } from './bank-parts.ts'
import { ticketContext, vantageOf } from './vantage.ts'

const signInFreshMs = 15 * 60_000

/** Tickets with which the page itself speaks to Watchword; a locked session needs them most, so no guard stands here. */
export const registerTicketRoutes = (server: FastifyInstance, parts: BankParts): void => {
  server.post('/bank/api/tickets', async (request) => {
    const session = requireSession(parts, request)
    const purpose = purposeOf(textOf(request.body, 'purpose', 16))
    // The bank's own check before a factor may be set up: who holds the session gave the password a moment ago.
    if (purpose === 'enrol' && parts.deps.now() - session.startedAt > signInFreshMs) {
      throw new BankError('sign-in-again', 'Please sign in again before you set up your authenticator app.')
    }
    // What comes back as proof has to be about this lock.
    const lock = purpose === 'challenge' ? (await parts.watchword().check(subjectOf(session))).lock : undefined
    if (lock !== undefined) session.asked.add(lock.id)
    const wanted = {
      user: session.person.user,
      session: session.id,
      purpose,
      context: ticketContext(session, vantageOf(request, session.person.home)),
    }
    const { ticket } = await parts.watchword().tickets.create(wanted)
    return { ticket }
  })

  server.get('/bank/api/factors', async (request) => {
    const { person } = requireSession(parts, request)
    return { active: hasActiveFactor(await parts.watchword().factors.list(person.user)) }
  })
}

const hasActiveFactor = (listed: unknown): boolean => {
  const items: unknown = Array.isArray(listed) ? listed : (listed as { readonly items?: unknown } | null)?.items
  return Array.isArray(items) && items.some((factor: { readonly status?: unknown }) => factor.status === 'active')
}

const purposeOf = (text: string): 'subscribe' | 'challenge' | 'enrol' => {
  if (text === 'subscribe' || text === 'challenge' || text === 'enrol') return text
  throw new BankError('invalid-request', 'There is no such purpose.')
}
