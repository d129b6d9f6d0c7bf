import { type HttpServer, problem } from '@watchword/service-kit'
import { Type } from 'typebox'
import { registerPreflight } from './cors.ts'
import { enrolAdmission, userOfFactors } from './factor-access.ts'
import type { GuardParts } from './guard-parts.ts'
import { refusalOf } from './refusal.ts'
import { contextOf, contextSchema } from './request-context.ts'
import { codeSchema } from './response-route.ts'
import { totpAnswerOf } from './totp-answer.ts'
import { untilVisible } from './until-visible.ts'
import { idSchema, userSchema } from './user-param.ts'

type Parts = Pick<
  GuardParts,
  'callers' | 'view' | 'commands' | 'policies' | 'sealer' | 'clock' | 'logger' | 'idempotency' | 'config'
>

const path = '/v1/users/:user/factors/totp/:factor/confirm'
const schema = {
  params: Type.Object({ user: userSchema, factor: idSchema }),
  body: Type.Object(
    { code: codeSchema, session: Type.Optional(idSchema), context: Type.Optional(contextSchema) },
    { additionalProperties: false },
  ),
}

/** `POST …/totp/{factor}/confirm`: the first code of a new factor, which makes it count. */
export function registerConfirmRoute(scope: HttpServer, parts: Parts): void {
  const { callers, view, commands, policies, clock, idempotency, config } = parts
  registerPreflight(scope, path, ['POST'])
  scope.post(path, { schema }, async (request, reply) => {
    const presenter = await callers.identify(request, reply, enrolAdmission)
    const { tenant, app } = presenter
    const user = userOfFactors(presenter, request.params.user)
    const { code } = request.body
    // Which login the person is in the middle of: what its backend says, never what a browser says of itself.
    const { session, context } =
      presenter.kind === 'browser'
        ? presenter.claims
        : { session: request.body.session ?? null, context: contextOf(request.body.context) }
    const caller = presenter.kind === 'backend' ? presenter.caller.keyId : presenter.claims.id
    const answer = await idempotency.answer({ tenant, caller, route: path }, request, async (commandId) => {
      await view.refresh()
      const pending = view.factorState(tenant, user)?.factors.find(({ id }) => id === request.params.factor)
      if (pending?.kind !== 'totp') throw problem('not-found')
      const pastSteps = policies.inForce(tenant).source.verification.totpPastSteps
      const { factor, passed, step } = totpAnswerOf(parts, { tenant, user }, [pending], code, pastSteps)
      const unlocking = { challenge: null, challengeExpiresAt: null, lock: null, lockVersion: null }
      const data = { purpose: 'confirm', ...unlocking, factor: factor.id, passed, step, app, session, context } as const
      const { events, version } = await commands.send(tenant, user, { type: 'verification-attempted', data }, commandId)
      for (const event of events) {
        if (event.type === 'command-refused') throw refusalOf(event.data, clock.now())
        if (event.type === 'verification-failed')
          throw problem('verification-failed', { extensions: { attemptsLeft: event.data.attemptsLeft } })
      }
      if (!events.some(({ type }) => type === 'verification-passed')) throw problem('conflict')
      await untilVisible(parts, tenant, user, version, config.answerWithinMs)
      return { status: 200, body: { factor: factor.id, status: 'active' } }
    })
    return reply.code(answer.status).header('cache-control', 'no-store').send(answer.body)
  })
}
