import { type HttpServer, problem } from '@watchword/service-kit'
import type { FastifySchema } from 'fastify'
import { Type } from 'typebox'
import type { Presenter } from '../tickets/callers.ts'
import { commandProblems, idempotencyHeaders } from '../commands/command-documentation.ts'
import { registerPreflight } from '../tickets/cors.ts'
import { isOver } from '../factors/factor-access.ts'
import { challengeAdmission } from './challenge-admission.ts'
import { foundLock } from './found-lock.ts'
import type { GuardParts } from '../guard-parts.ts'
import { isoTime } from '../http/lock-json.ts'
import { capabilityAnswer, presenterGate } from '../tickets/presenter-gate.ts'
import { type Reply, withHeaders } from '../http/reply.ts'
import { idSchema } from '../http/user-param.ts'

type Parts = Pick<GuardParts, 'callers' | 'view' | 'texts' | 'clock' | 'newId' | 'metrics' | 'idempotency'>

const path = '/v1/locks/:lock/challenges'
const schema = {
  summary: 'A challenge of the chosen factor that answers this version of the lock.',
  params: Type.Object({ lock: idSchema }),
  body: Type.Object({ factor: Type.Enum(['totp']) }, { additionalProperties: false }),
  documentation: {
    requestHeaders: idempotencyHeaders,
    answers: {
      201: {
        description: 'The challenge; nothing of it is stored.',
        body: Type.Object({ challenge: Type.String(), expiresAt: Type.String() }),
        headers: capabilityAnswer,
      },
    },
    problems: [...commandProblems, 'not-found', 'no-factor', 'too-many-requests', 'idempotency-key-reused'],
  },
} satisfies FastifySchema

/** `POST /v1/locks/{lock}/challenges`: a challenge for this version of the lock; nothing of it is stored. */
export function registerChallengeRoute(scope: HttpServer, parts: Parts): void {
  const { callers, idempotency } = parts
  registerPreflight(scope, path, ['POST'])
  const { security, onRequest, whoOf } = presenterGate(callers, challengeAdmission)
  scope.post(path, { schema: { ...schema, security }, onRequest }, async (request, reply) => {
    const { presenter, credential, use } = whoOf(request)
    const asked = { presenter, id: request.params.lock, factor: request.body.factor }
    const identity = { tenant: presenter.tenant, caller: credential, route: path }
    const answer = await idempotency.answer(identity, request, {
      perform: async (commandId) => withHeaders(await use(commandId), () => challenge(parts, asked)),
    })
    return reply
      .code(answer.status)
      .headers({ 'cache-control': 'no-store', ...answer.headers })
      .send(answer.body)
  })
}

type Asked = Readonly<{ presenter: Presenter; id: string; factor: 'totp' }>

async function challenge({ view, texts, clock, newId, metrics }: Parts, asked: Asked): Promise<Reply> {
  const { presenter, factor } = asked
  const { state, lock } = await foundLock(view, presenter, asked.id)
  // Whoever was thrown out must not spend the attempts of the person.
  if (isOver(view, presenter)) throw problem('not-found')
  if (!lock.factors.includes(factor))
    throw problem('invalid', { errors: [{ pointer: '/factor', detail: 'cannot open this lock' }] })
  const now = clock.now()
  if (state.blockedUntil !== null && state.blockedUntil > now) throw tooMany(state.blockedUntil - now)
  if (!state.factors.some(({ kind }) => kind === factor)) throw problem('no-factor')
  const expiresAt = now + lock.policy.challengeTtlMs
  const { tenant, app } = presenter
  const text = texts.challenge({
    id: newId(),
    tenant,
    app,
    user: state.user,
    lock: lock.id,
    version: lock.version,
    factor,
    expiresAt,
  })
  metrics.challengeAnswered(factor, 'issued')
  return { status: 201, body: { challenge: text, expiresAt: isoTime(expiresAt) } }
}

function tooMany(waitMs: number): Error {
  return problem('too-many-requests', { headers: { 'retry-after': String(Math.max(1, Math.ceil(waitMs / 1000))) } })
}
