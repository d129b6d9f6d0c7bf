import { keyGate, userOf } from '@watchword/access'
import { type HttpServer, problem } from '@watchword/service-kit'
import { Type } from 'typebox'
import { ticketPurposes } from './claims.ts'
import { mintTicket, type TicketPurpose } from './mint-ticket.ts'
import type { GuardParts } from '../guard-parts.ts'
import { contextOf, contextSchema } from '../http/request-context.ts'
import { idSchema, userSchema } from '../http/user-param.ts'
import { invalid } from '../http/invalid.ts'
import { wholeApp } from '../web-socket/hub.ts'

type Parts = Pick<GuardParts, 'access' | 'texts' | 'clock' | 'newId' | 'config'>

const body = Type.Object(
  {
    user: userSchema,
    session: Type.Optional(idSchema),
    purpose: Type.Enum([...ticketPurposes]),
    context: Type.Optional(contextSchema),
  },
  { additionalProperties: false },
)

const schema = {
  summary:
    'A one-use ticket, which a backend gives its browser in the place of a key; `enrol` for the purpose `enrol`.',
  body,
  documentation: {
    answers: {
      201: {
        description: 'The ticket: one use anywhere.',
        body: Type.Object({ ticket: Type.String(), expiresAt: Type.String() }),
      },
    },
  },
}

/** `POST /v1/tickets`: what a backend gives its browser instead of a key; one use anywhere. */
export function registerTicketsRoute(app: HttpServer, parts: Parts): void {
  const { access } = parts
  const { security, onRequest, whoOf } = keyGate(access, 'subscribe', 'enrol')
  app.post('/v1/tickets', { schema: { ...schema, security }, onRequest }, async (request, reply) => {
    const { purpose, session = null, context } = request.body
    const caller = whoOf(request)
    const needed = purpose === 'enrol' ? 'enrol' : 'subscribe'
    if (!caller.scopes.includes(needed))
      throw problem('insufficient-scope', { detail: `This needs the scope ${needed}.` })
    const { tenant, app: appId } = caller
    const user = userOf(request.body.user, '/user', access.userNamesOf(tenant))
    // Only now: a full-width star may be one by the tenant's rule of names.
    if (user === wholeApp) throw invalid('/user', 'must be one user')
    const ticketFor = { purpose, tenant, app: appId, user, session, context: contextOf(context) }
    return reply
      .code(201)
      .header('cache-control', 'no-store')
      .send(mintTicket(parts, ticketFor, longestOf))
  })
}

/** What takes the most room, as JSON writes it: a control character takes six bytes. */
function longestOf({ user, session, context }: TicketPurpose): string {
  const bytesOf = (text: string | null | undefined): number => Buffer.byteLength(JSON.stringify(text ?? null))
  const sizes: readonly (readonly [pointer: string, bytes: number])[] = [
    ['/context/device', bytesOf(context?.device)],
    ['/context/fingerprint', bytesOf(context?.fingerprint)],
    ['/session', bytesOf(session)],
    ['/user', bytesOf(user)],
  ]
  return sizes.reduce((longest, one) => (one[1] > longest[1] ? one : longest))[0]
}
