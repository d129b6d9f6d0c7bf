import { type ReportClaims, verifyReportTicket } from '@watchword/access'
import { shortHash } from '@watchword/contracts'
import { createGate, type HttpServer, problem, traceparentOf } from '@watchword/service-kit'
import type { FastifyRequest } from 'fastify'
import { decided } from '../commands/decided.ts'
import { lastDay } from '../commands/past-answers.ts'
import type { GuardParts } from '../guard-parts.ts'
import { invalid } from '../http/invalid.ts'
import type { Reply } from '../http/reply.ts'
import { isOriginOf } from '../tickets/callers.ts'
import { registerPreflight } from '../tickets/cors.ts'
import { pause, untilChangeVisible } from '../view/until-visible.ts'
import { verdictCommand } from './verdict-command.ts'
import { reportSchema } from './verdict-schema.ts'

/**
 * `POST /v1/reports`: the answer to a "was this you?". The ticket of the link is the credential, good for one answer about one assessment:
 * the fold of the user takes it once, however often and wherever it is presented. The same answer with it again gets the first reply: whoever lost
 * that must not be told that the link is invalid.
 */
export function registerReportRoute(app: HttpServer, parts: GuardParts): void {
  const { access, reportKey, clock, config, idempotency, pastAnswers, logger } = parts
  const { security, onRequest: preValidation, whoOf } = createGate([{ reportTicket: [] }], ticketOf)

  function claimsOf(ticket: string, assessment: string, origin: string | undefined): ReportClaims {
    if (reportKey === undefined)
      throw problem('not-found', { detail: 'No reports are taken here: guard.reportKey is not set.' })
    const verified = verifyReportTicket([reportKey], ticket, clock.now())
    if (!verified.ok) throw problem('invalid-credentials')
    const { claims } = verified
    // Before it is used up: it is still good for what it was made for.
    if (claims.assessment !== assessment)
      throw problem('insufficient-scope', { detail: 'The ticket is for another assessment.' })
    if (origin !== undefined && !isOriginOf(access, claims.tenant, claims.app, origin))
      throw problem('origin-not-allowed')
    return claims
  }

  registerPreflight(app, '/v1/reports', ['POST'])
  app.post('/v1/reports', { schema: { ...reportSchema, security }, preValidation }, async (request, reply) => {
    const { assessment, answer } = request.body
    const claims = claimsOf(whoOf(request).ticket, assessment, request.headers.origin)
    const { tenant, jti, exp } = claims
    const { user, body } = await verdictCommand(parts, tenant, assessment, {
      verdict: answer === 'was-me' ? 'confirmed-safe' : 'confirmed-compromised',
      by: 'user',
      operator: null,
      note: null,
      ticket: jti,
      ticketExpiresAt: (exp + 1) * 1_000,
    })
    // A name of the person that has changed since makes the ticket nobody's.
    if (user !== claims.user) throw problem('invalid-credentials')
    const scope = { tenant, caller: shortHash(user, jti), route: `POST /v1/reports ${answer}` }
    const taken: Reply = { status: 200, body: { assessment, answer } }
    const said = await idempotency.once(scope, {
      async perform(commandId) {
        const origin = { commandId, traceparent: traceparentOf(request) }
        const { answer: fold } = await decided(parts, { tenant, user }, body, origin)
        logger.info({ commandId, answer }, 'report of a user')
        await untilChangeVisible(parts, tenant, user, fold)
        if (answer === 'was-not-me') await pause(clock, config.acknowledgeAfterMs)
        return taken
      },
      // The fold has forgotten the command, and knows that the ticket is used.
      async recall(commandId) {
        const past = await pastAnswers.find(tenant, user, commandId, lastDay(clock.now()))
        return past?.events.some(({ type }) => type === 'ticket-accepted') === true ? taken : undefined
      },
    })
    return reply.code(said.status).header('cache-control', 'no-store').send(said.body)
  })
}

/** What is presented, in the body or as a bearer: the link of a mail leads to pages of all kinds. */
function ticketOf({ body, headers }: Pick<FastifyRequest, 'body' | 'headers'>): Readonly<{ ticket: string }> {
  const given: unknown = typeof body === 'object' && body !== null && 'ticket' in body ? body.ticket : undefined
  if (typeof given === 'string') return { ticket: given }
  if (given !== undefined) throw invalid('/ticket', 'must be a string')
  const [scheme = '', text, ...rest] = headers.authorization?.split(' ') ?? []
  if (scheme.toLowerCase() !== 'bearer' || text === undefined || rest.length > 0) throw problem('missing-credentials')
  if (text.startsWith('ww_')) throw problem('insufficient-scope', { detail: 'A key does not answer for the user.' })
  return { ticket: text }
}
