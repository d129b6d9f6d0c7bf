import type { Access, Caller, Scope } from '@watchword/access'
import { shortHash } from '@watchword/contracts'
import { problem, traceparentOf } from '@watchword/service-kit'
import type { Clock } from '@watchword/stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ClaimTexts, TicketClaims, TicketPurpose } from './claims.ts'
import type { CommandOrigin, Commands } from '../commands/commands.ts'
import { isRepeatable } from '../commands/idempotency.ts'
import { isBare, lifeUntil, type PastAnswers } from '../commands/past-answers.ts'

/** A backend by its key, or a browser by what its backend vouched for. */
export type Presenter =
  | Readonly<{ kind: 'backend'; tenant: string; app: string; caller: Caller }>
  | Readonly<{ kind: 'browser'; tenant: string; app: string; claims: TicketClaims }>

export type CallersDeps = Readonly<{
  access: Access
  texts: ClaimTexts
  commands: Commands
  pastAnswers: PastAnswers
  clock: Clock
  newId: () => string
  /** How long a capability is good for, milliseconds. */
  capabilityTtlMs: (tenant: string) => number
}>

/** What opens a route: any of the scopes of a key, or a ticket or capability of any of the purposes. */
export type Admission = Readonly<{ scopes: readonly Scope[]; purposes: readonly TicketPurpose[] }>

/** Who calls, as far as it stands in what they hold: whether that is still good is asked when it is used. */
export type Presented = Readonly<{
  presenter: Presenter
  /** Names the key, ticket or capability itself, without showing it. */
  credential: string
  /**
   * Uses what was presented, for this command; answers the headers that go with the answer: a ticket is used up, and a capability follows it.
   * The same repeatable command uses the same ticket once. Throws `invalid-credentials`.
   */
  use(commandId: string): Promise<Readonly<Record<string, string>>>
}>

export interface Callers {
  /** Who calls, before a ticket is used up. Throws `missing-credentials`, `invalid-credentials`, `insufficient-scope` or `origin-not-allowed`. */
  present(request: FastifyRequest, admission: Admission): Presented
  /** Uses what was presented for this call alone: a ticket is used up by it, and the reply then carries the capability that follows it. Throws as `use`. */
  admit(presented: Presented, reply: FastifyReply): Promise<Presenter>
  /** Uses up a ticket; throws `invalid-credentials`. */
  redeem(ticket: string, purposes: readonly TicketPurpose[], traceparent: string | undefined): Promise<TicketClaims>
}

export const capabilityHeader = 'x-watchword-capability'

export function createCallers(deps: CallersDeps): Callers {
  const { access, texts, commands, pastAnswers, clock, newId } = deps

  function claimsOf(read: TicketClaims | undefined, purposes: readonly TicketPurpose[]): TicketClaims {
    if (read === undefined) throw problem('invalid-credentials')
    // Before it is used up: a ticket sent to the wrong door is still good for the right one.
    if (!purposes.includes(read.purpose))
      throw problem('insufficient-scope', { detail: 'The ticket is for another purpose.' })
    return read
  }

  function assertInTime({ expiresAt }: TicketClaims): void {
    if (expiresAt <= clock.now()) throw problem('invalid-credentials')
  }

  async function useUp(claims: TicketClaims, origin: CommandOrigin): Promise<void> {
    const { commandId } = origin
    assertInTime(claims)
    const { tenant, user, purpose, expiresAt } = claims
    const data = { ticket: claims.id, purpose, expiresAt }
    const answer = await commands.send(tenant, user, { type: 'ticket-used', data }, origin)
    // A command that the fold knows was obeyed or refused before: only the record says which.
    const known = isRepeatable(commandId) && isBare(answer)
    const first = known ? await pastAnswers.find(tenant, user, commandId, lifeUntil(expiresAt)) : answer
    if (first?.events.at(-1)?.type !== 'ticket-accepted') throw problem('invalid-credentials')
  }

  function browser(claims: TicketClaims, request: FastifyRequest): Presenter {
    const { origin } = request.headers
    const { tenant, app } = claims
    if (origin !== undefined && !isOriginOf(access, tenant, app, origin)) throw problem('origin-not-allowed')
    return { kind: 'browser', tenant, app, claims }
  }

  function present(request: FastifyRequest, { scopes, purposes }: Admission): Presented {
    const capability = request.headers[capabilityHeader]
    if (typeof capability === 'string') {
      const claims = claimsOf(texts.readCapability(capability), purposes)
      const use = async (): Promise<Record<string, string>> => {
        assertInTime(claims)
        return {}
      }
      return { presenter: browser(claims, request), credential: nameOf(capability), use }
    }
    const ticket = ticketOf(request)
    if (ticket === undefined) {
      const caller = access.authenticate(request.headers.authorization, ...scopes)
      const presenter = { kind: 'backend', tenant: caller.tenant, app: caller.app, caller } as const
      return { presenter, credential: caller.keyId, use: async () => ({}) }
    }
    const claims = claimsOf(texts.readTicket(ticket), purposes)
    return {
      // The origin is looked at before the ticket is used up: another site must not be able to spend one that it got hold of.
      presenter: browser(claims, request),
      credential: nameOf(ticket),
      async use(commandId) {
        await useUp(claims, { commandId: `${commandId}-ticket`, traceparent: traceparentOf(request) })
        const expiresAt = clock.now() + deps.capabilityTtlMs(claims.tenant)
        return { [capabilityHeader]: texts.capability({ ...claims, expiresAt }) }
      },
    }
  }

  return {
    present,
    async admit({ presenter, use }, reply) {
      // Two presentations are two commands, or both would get the answer of the first.
      reply.headers(await use(newId()))
      return presenter
    },
    async redeem(ticket, purposes, traceparent) {
      const claims = claimsOf(texts.readTicket(ticket), purposes)
      await useUp(claims, { commandId: newId(), traceparent })
      return claims
    },
  }
}

/** Not the id in the claims: the used ticket must not stand for the capability that it bought. */
function nameOf(text: string): string {
  return shortHash('held', text)
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
