import type { IncomingMessage } from 'node:http'
import type { Access, Caller } from '@watchword/access'
import { ProblemError, traceparentOf } from '@watchword/service-kit'
import { type Callers, isOriginOf } from '../tickets/callers.ts'
import type { ClaimTexts } from '../tickets/claims.ts'

/** Who a connection belongs to; `user` is null for a backend, which may ask for anybody of its tenant; `session` is the one that a ticket names. */
export type Identity = Readonly<{
  tenant: string
  app: string
  user: string | null
  session: string | null
  caller: Caller | null
}>

/** Why a connection is closed. */
export type Closing = Readonly<{ code: 4401 | 4403 | 1012; reason: string }>

export type AuthenticateDeps = Readonly<{
  access: Pick<Access, 'authenticate' | 'appOf'>
  callers: Pick<Callers, 'redeem'>
  texts: Pick<ClaimTexts, 'readTicket'>
}>

export const subprotocol = 'watchword.v1'

const ticketPrefix = 'ticket.'

/** The subprotocols that the client offers. */
export function offeredProtocols(request: IncomingMessage): readonly string[] {
  return (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim())
}

/** Who connects: a backend by its key, or a browser by a ticket from a page of the app. */
export async function authenticate(request: IncomingMessage, deps: AuthenticateDeps): Promise<Identity | Closing> {
  const { access, callers, texts } = deps
  try {
    const { authorization } = request.headers
    const ticket = offeredProtocols(request)
      .find((name) => name.startsWith(ticketPrefix))
      ?.slice(ticketPrefix.length)
    if (authorization !== undefined || ticket === undefined) {
      const caller = access.authenticate(authorization, 'subscribe')
      return { tenant: caller.tenant, app: caller.app, user: null, session: null, caller }
    }
    const known = texts.readTicket(ticket)
    // Before the ticket is used up: another site must not be able to spend one.
    if (known !== undefined && !isOriginOf(access, known.tenant, known.app, request.headers.origin ?? ''))
      return { code: 4403, reason: 'origin not allowed' }
    const { tenant, app, user, session } = await callers.redeem(ticket, ['subscribe'], traceparentOf(request))
    return { tenant, app, user, session, caller: null }
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    return closingOf(error)
  }
}

function closingOf({ status }: ProblemError): Closing {
  if (status === 403) return { code: 4403, reason: 'not allowed' }
  if (status >= 500) return { code: 1012, reason: 'retry after 1000 ms' }
  return { code: 4401, reason: 'not authenticated' }
}
