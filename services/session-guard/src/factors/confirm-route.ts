import { type HttpServer, problem, traceparentOf } from '@watchword/service-kit'
import type { FastifySchema } from 'fastify'
import { Type } from 'typebox'
import { commandProblems, idempotencyHeaders } from '../commands/command-documentation.ts'
import type { Answer } from '../commands/commands.ts'
import { registerPreflight } from '../tickets/cors.ts'
import { assertConfirmationOpen, enrolAdmission, userOfFactors } from './factor-access.ts'
import { vouchedBy } from '../tickets/vouched.ts'
import type { GuardParts } from '../guard-parts.ts'
import type { Owner } from '../lock-stage/lock-record.ts'
import { lastDay, lifeUntil } from '../commands/past-answers.ts'
import { capabilityAnswer, presenterGate } from '../tickets/presenter-gate.ts'
import { refusalOf } from '../http/refusal.ts'
import { type Reply, withHeaders } from '../http/reply.ts'
import { contextOf, contextSchema } from '../http/request-context.ts'
import { codeSchema } from '../verification/response-schema.ts'
import { totpAnswerOf } from './totp-answer.ts'
import { untilVisible } from '../view/until-visible.ts'
import { idSchema, userSchema } from '../http/user-param.ts'

type Parts = Pick<
  GuardParts,
  | 'access'
  | 'callers'
  | 'view'
  | 'commands'
  | 'pastAnswers'
  | 'policies'
  | 'sealer'
  | 'sessionOwners'
  | 'clock'
  | 'logger'
  | 'idempotency'
  | 'config'
>

const path = '/v1/users/:user/factors/totp/:factor/confirm'
const schema = {
  summary: 'Confirms a TOTP authenticator by its first code.',
  params: Type.Object({ user: userSchema, factor: idSchema }),
  body: Type.Object(
    { code: codeSchema, session: Type.Optional(idSchema), context: Type.Optional(contextSchema) },
    { additionalProperties: false },
  ),
  documentation: {
    requestHeaders: idempotencyHeaders,
    answers: {
      200: {
        description: 'The factor counts from now on.',
        body: Type.Object({ factor: Type.String(), status: Type.Literal('active') }),
        headers: capabilityAnswer,
      },
    },
    problems: [
      ...commandProblems,
      'not-found',
      'verification-failed',
      'unavailable',
      'locked',
      'conflict',
      'too-many-requests',
      'idempotency-key-reused',
    ],
  },
} satisfies FastifySchema

/** `POST …/totp/{factor}/confirm`: the first code of a new factor, which makes it count. */
export function registerConfirmRoute(scope: HttpServer, parts: Parts): void {
  const { access, callers, view, commands, pastAnswers, policies, clock, idempotency } = parts
  registerPreflight(scope, path, ['POST'])
  const { security, onRequest, whoOf } = presenterGate(callers, enrolAdmission)
  scope.post(path, { schema: { ...schema, security }, onRequest }, async (request, reply) => {
    const { presenter, credential, use } = whoOf(request)
    const { tenant, app } = presenter
    const user = userOfFactors(access, presenter, request.params.user)
    const { code } = request.body
    const given = { session: request.body.session ?? null, context: contextOf(request.body.context) }
    const { session, context } = vouchedBy(presenter, given)

    async function confirm(commandId: string): Promise<Reply> {
      await view.refresh()
      assertConfirmationOpen(parts, presenter, user)
      const pending = view.factorState(tenant, user)?.factors.find(({ id }) => id === request.params.factor)
      if (pending?.kind !== 'totp') throw problem('not-found')
      const pastSteps = policies.inForce(tenant).source.verification.totpPastSteps
      const { factor, passed, step } = totpAnswerOf(parts, { tenant, user }, [pending], code, pastSteps)
      const unlocking = { challenge: null, challengeExpiresAt: null, lock: null, lockVersion: null }
      const data = {
        purpose: 'confirm',
        ...unlocking,
        factor: factor.id,
        passed,
        fault: null,
        step,
        backedUp: null,
        app,
        session,
        context,
      } as const
      const origin = { commandId, traceparent: traceparentOf(request) }
      const sent = await commands.send(tenant, user, { type: 'verification-attempted', data }, origin)
      return replyOf(parts, { tenant, user }, sent)
    }

    const answer = await idempotency.answer({ tenant, caller: credential, route: path }, request, {
      perform: async (commandId) => withHeaders(await use(commandId), () => confirm(commandId)),
      async recall(commandId) {
        const period = presenter.kind === 'browser' ? lifeUntil(presenter.claims.expiresAt) : lastDay(clock.now())
        const past = await pastAnswers.find(tenant, user, commandId, period)
        return past && replyOf(parts, { tenant, user }, past)
      },
    })
    return reply
      .code(answer.status)
      .headers({ 'cache-control': 'no-store', ...answer.headers })
      .send(answer.body)
  })
}

async function replyOf(parts: Parts, { tenant, user }: Owner, { events, version }: Answer): Promise<Reply> {
  const { clock, config } = parts
  for (const { type, data } of events) {
    if (type === 'command-refused') throw refusalOf(data, clock.now())
    if (type === 'verification-failed')
      throw problem('verification-failed', { extensions: { attemptsLeft: data.attemptsLeft } })
    if (type === 'verification-passed') {
      await untilVisible(parts, tenant, user, version, config.answerWithinMs)
      return { status: 200, body: { factor: data.factor, status: 'active' } }
    }
  }
  // The fold knew the command: what it led to then is recalled.
  throw problem('conflict')
}
