import { type HttpServer, problem } from '@watchword/service-kit'
import type { FactorKind } from '@watchword/session-lock'
import type { FastifySchema } from 'fastify'
import { Type } from 'typebox'
import type { Presenter } from '../tickets/callers.ts'
import { commandProblems, idempotencyHeaders } from '../commands/command-documentation.ts'
import { registerPreflight } from '../tickets/cors.ts'
import { isOver } from '../factors/factor-access.ts'
import { requestOptionsSchema } from '../factors/webauthn/credential-schemas.ts'
import { requestOptionsOf } from '../factors/webauthn/request-options.ts'
import { challengeAdmission } from './challenge-admission.ts'
import { assertGuessable } from './assert-guessable.ts'
import { foundLock } from './found-lock.ts'
import type { GuardParts } from '../guard-parts.ts'
import { isoTime } from '../http/lock-json.ts'
import { capabilityAnswer, presenterGate } from '../tickets/presenter-gate.ts'
import { type Reply, withHeaders } from '../http/reply.ts'
import { idSchema } from '../http/user-param.ts'
import { invalid } from '../http/invalid.ts'

type Parts = Pick<
  GuardParts,
  | 'access'
  | 'callers'
  | 'view'
  | 'texts'
  | 'clock'
  | 'newId'
  | 'metrics'
  | 'guessBudget'
  | 'idempotency'
  | 'policies'
  | 'sealer'
  | 'logger'
>

const path = '/v1/locks/:lock/challenges'
const schema = {
  summary: 'A challenge of the chosen factor that answers this version of the lock.',
  params: Type.Object({ lock: idSchema }),
  body: Type.Object({ factor: Type.Enum(['webauthn', 'totp', 'recovery-code']) }, { additionalProperties: false }),
  documentation: {
    requestHeaders: idempotencyHeaders,
    answers: {
      201: {
        description:
          'The challenge; nothing of it is stored. `options` come with `webauthn`; its challenge takes one answer, right or wrong.',
        body: Type.Object({
          challenge: Type.String(),
          expiresAt: Type.String(),
          options: Type.Optional(requestOptionsSchema),
        }),
        headers: capabilityAnswer,
      },
    },
    problems: [
      ...commandProblems,
      'not-found',
      'no-factor',
      'conflict',
      'unavailable',
      'too-many-requests',
      'idempotency-key-reused',
    ],
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

type Asked = Readonly<{ presenter: Presenter; id: string; factor: FactorKind }>

async function challenge(parts: Parts, { presenter, factor, id }: Asked): Promise<Reply> {
  const { view, texts, clock, newId, metrics, guessBudget } = parts
  const { tenant, app } = presenter
  const { state, lock } = await foundLock(view, presenter, id)
  // Whoever was thrown out must not spend the attempts of the person.
  if (isOver(view, presenter)) throw problem('not-found')
  if (!lock.factors.includes(factor)) throw invalid('/factor', 'cannot open this lock')
  const now = clock.now()
  // Who guesses codes must not keep the owner of a passkey out: the fold takes a right assertion even now.
  if (factor !== 'webauthn')
    assertGuessable(Math.max(state.blockedUntil ?? 0, guessBudget.spentUntil(tenant) ?? 0), now)
  if (!state.factors.some(({ kind }) => kind === factor)) throw problem('no-factor')
  const { user } = state
  const timeoutMs = lock.policy.challengeTtlMs
  const expiresAt = now + timeoutMs
  const { version } = lock
  const text = texts.challenge({ id: newId(), tenant, app, user, lock: lock.id, version, factor, expiresAt })
  const options = factor === 'webauthn' ? requestOptionsOf(parts, { tenant, app, user }, text, timeoutMs) : undefined
  metrics.challengeAnswered(factor, 'issued')
  const body = { challenge: text, expiresAt: isoTime(expiresAt), ...(options === undefined ? {} : { options }) }
  return { status: 201, body }
}
