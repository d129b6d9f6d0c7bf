import { type HttpServer, problem } from '@watchword/service-kit'
import { Type } from 'typebox'
import { registerPreflight } from './cors.ts'
import { isOver } from './factor-access.ts'
import { foundLock } from './found-lock.ts'
import type { GuardParts } from './guard-parts.ts'
import { isoTime } from './lock-json.ts'
import { idSchema } from './user-param.ts'

type Parts = Pick<GuardParts, 'callers' | 'view' | 'texts' | 'clock' | 'newId' | 'metrics'>

const path = '/v1/locks/:lock/challenges'
const schema = {
  params: Type.Object({ lock: idSchema }),
  body: Type.Object({ factor: Type.Enum(['totp']) }, { additionalProperties: false }),
}

/** `POST /v1/locks/{lock}/challenges`: a challenge for this version of the lock; nothing of it is stored. */
export function registerChallengeRoute(scope: HttpServer, parts: Parts): void {
  const { callers, view, texts, clock, newId, metrics } = parts
  registerPreflight(scope, path, ['POST'])
  scope.post(path, { schema }, async (request, reply) => {
    const presenter = await callers.identify(request, reply, {
      scopes: ['subscribe', 'check'],
      purposes: ['subscribe', 'challenge'],
    })
    const { state, lock } = await foundLock(view, presenter, request.params.lock)
    // Whoever was thrown out must not spend the attempts of the person.
    if (isOver(view, presenter)) throw problem('not-found')
    const { factor } = request.body
    if (!lock.factors.includes(factor))
      throw problem('invalid', { errors: [{ pointer: '/factor', detail: 'cannot open this lock' }] })
    const now = clock.now()
    if (state.blockedUntil !== null && state.blockedUntil > now) throw tooMany(state.blockedUntil - now)
    if (!state.factors.some(({ kind }) => kind === factor)) throw problem('no-factor')
    const expiresAt = now + lock.policy.challengeTtlMs
    const { tenant, app } = presenter
    const challenge = texts.challenge({
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
    return reply
      .code(201)
      .header('cache-control', 'no-store')
      .send({ challenge, expiresAt: isoTime(expiresAt) })
  })
}

function tooMany(waitMs: number): Error {
  return problem('too-many-requests', { headers: { 'retry-after': String(Math.max(1, Math.ceil(waitMs / 1000))) } })
}
