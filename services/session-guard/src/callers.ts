import type { Access, Caller, Scope } from '@watchword/access'
import { problem } from '@watchword/service-kit'
import type { Clock } from '@watchword/stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ClaimTexts, TicketClaims, TicketPurpose } from './claims.ts'
import type { Commands } from './commands.ts'

/** A backend by its key, or a browser by what its backend vouched for. */
export type Presenter =
  | Readonly<{ kind: 'backend'; tenant: string; app: string; caller: Caller }>
  | Readonly<{ kind: 'browser'; tenant: string; app: string; claims: TicketClaims }>

export type CallersDeps = Readonly<{
  access: Access
  texts: ClaimTexts
  commands: Commands
  clock: Clock
  newId: () => string
  /** How long a capability is good for, milliseconds. */
  capabilityTtlMs: (tenant: string) => number
}>

/** What opens a route: any of the scopes of a key, or a ticket or capability of any of the purposes. */
export type Admission = Readonly<{ scopes: readonly Scope[]; purposes: readonly TicketPurpose[] }>

export interface Callers {
  /**
   * Who calls; a ticket is used up by it, and the reply then carries the capability that follows it.
   * Throws `missing-credentials`, `invalid-credentials`, `insufficient-scope` or `origin-not-allowed`.
   */
  identify(request: FastifyRequest, reply: FastifyReply, admission: Admission): Promise<Presenter>
  /** Uses up a ticket; throws `invalid-credentials`. */
  redeem(ticket: string, purposes: readonly TicketPurpose[]): Promise<TicketClaims>
}

export const capabilityHeader = 'x-watchword-capability'

export function createCallers(deps: CallersDeps): Callers {
  const { access, texts, commands, clock, newId } = deps

  function capabilityClaims(text: string, purposes: readonly TicketPurpose[]): TicketClaims {
    const claims = texts.readCapability(text)
    if (claims === undefined || claims.expiresAt <= clock.now()) throw problem('invalid-credentials')
    if (!purposes.includes(claims.purpose))
      throw problem('insufficient-scope', { detail: 'The ticket was for another purpose.' })
    return claims
  }

  async function redeem(text: string, purposes: readonly TicketPurpose[]): Promise<TicketClaims> {
    const claims = texts.readTicket(text)
    if (claims === undefined || claims.expiresAt <= clock.now()) throw problem('invalid-credentials')
    // Before it is used up: a ticket sent to the wrong door is still good for the right one.
    if (!purposes.includes(claims.purpose))
      throw problem('insufficient-scope', { detail: 'The ticket is for another purpose.' })
    const data = { ticket: claims.id, purpose: claims.purpose, expiresAt: claims.expiresAt }
    // Two presentations are two commands, or both would get the answer of the first.
    const answer = await commands.send(claims.tenant, claims.user, { type: 'ticket-used', data }, newId())
    if (answer.events.at(-1)?.type !== 'ticket-accepted') throw problem('invalid-credentials')
    return claims
  }

  function browser(claims: TicketClaims, request: FastifyRequest): Presenter {
    const { origin } = request.headers
    const { tenant, app } = claims
    if (origin !== undefined && !isOriginOf(access, tenant, app, origin)) throw problem('origin-not-allowed')
    return { kind: 'browser', tenant, app, claims }
  }

  return {
    redeem,
    async identify(request, reply, { scopes, purposes }) {
      const capability = request.headers[capabilityHeader]
      if (typeof capability === 'string') return browser(capabilityClaims(capability, purposes), request)
      const ticket = ticketOf(request)
      if (ticket === undefined) {
        const caller = access.authenticate(request.headers.authorization, ...scopes)
        return { kind: 'backend', tenant: caller.tenant, app: caller.app, caller }
      }
      // The origin is looked at first: another site must not be able to use up a ticket that it got hold of.
      const known = texts.readTicket(ticket)
      if (known !== undefined) browser(known, request)
      const claims = await redeem(ticket, purposes)
      const expiresAt = clock.now() + deps.capabilityTtlMs(claims.tenant)
      reply.header(capabilityHeader, texts.capability({ ...claims, expiresAt }))
      return browser(claims, request)
    },
  }
}

/** Exact match with the app's list. */
export function isOriginOf(access: Pick<Access, 'appOf'>, tenant: string, app: string, origin: string): boolean {
  return access.appOf(tenant, app)?.origins.includes(origin) === true
}

function ticketOf(request: FastifyRequest): string | undefined {
  const header = request.headers['x-watchword-ticket']
  if (typeof header === 'string') return header
  const [scheme = '', text, ...rest] = request.headers.authorization?.split(' ') ?? []
  if (text === undefined || rest.length > 0) return undefined
  if (scheme.toLowerCase() === 'ticket') return text
  return scheme.toLowerCase() === 'bearer' && text.startsWith('wwt_') ? text : undefined
}
