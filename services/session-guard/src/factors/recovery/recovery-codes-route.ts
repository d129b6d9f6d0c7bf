import { type HttpServer, problem, traceparentOf } from '@watchword/service-kit'
import type { FastifySchema } from 'fastify'
import { Type } from 'typebox'
import { commandProblems } from '../../commands/command-documentation.ts'
import { vouchedBy } from '../../tickets/vouched.ts'
import type { GuardParts } from '../../guard-parts.ts'
import { decided } from '../../commands/decided.ts'
import { userSchema } from '../../http/user-param.ts'
import { registerPreflight } from '../../tickets/cors.ts'
import { capabilityAnswer, presenterGate } from '../../tickets/presenter-gate.ts'
import { untilVisible } from '../../view/until-visible.ts'
import { assertEnrolmentOpen, enrolAdmission, isVouchedFor, userOfFactors } from '../factor-access.ts'
import { factorNameSchema, noCeremony } from '../new-factor.ts'
import { newRecoverySet } from './recovery-set.ts'

type Parts = Pick<
  GuardParts,
  | 'access'
  | 'pastAnswers'
  | 'callers'
  | 'clock'
  | 'commands'
  | 'config'
  | 'newId'
  | 'policies'
  | 'randomBytes'
  | 'sealer'
  | 'sessionOwners'
  | 'view'
>

const path = '/v1/users/:user/factors/recovery-codes'
const schema = {
  summary: 'Makes a set of recovery codes, each good once; the set before it is void.',
  params: Type.Object({ user: userSchema }),
  body: Type.Union([
    Type.Object({ name: Type.Optional(factorNameSchema) }, { additionalProperties: false }),
    Type.Null(),
  ]),
  documentation: {
    answers: {
      201: {
        description: 'The codes, which are shown this once and kept as hashes.',
        body: Type.Object({ factor: Type.String(), codes: Type.Array(Type.String()) }),
        headers: capabilityAnswer,
      },
    },
    problems: [...commandProblems, 'not-found', 'locked', 'conflict', 'duplicate-factor', 'too-many-requests'],
  },
} satisfies FastifySchema

/** `POST /v1/users/{user}/factors/recovery-codes`. */
export function registerRecoveryCodesRoute(scope: HttpServer, parts: Parts): void {
  const { access, callers, config, newId, policies, randomBytes, sealer } = parts
  registerPreflight(scope, path, ['POST'])
  const { security, onRequest, whoOf } = presenterGate(callers, enrolAdmission)
  scope.post(path, { schema: { ...schema, security }, onRequest }, async (request, reply) => {
    const presenter = await callers.admit(whoOf(request), reply)
    const { tenant, app } = presenter
    const user = userOfFactors(access, presenter, request.params.user)
    await assertEnrolmentOpen(parts, presenter, user)
    const factor = `f-${newId()}`
    const { codes, kept } = newRecoverySet(randomBytes)
    const data = {
      factor,
      kind: 'recovery-code',
      name: request.body?.name ?? null,
      sealed: sealer.seal({ tenant, user, factor }, kept),
      ticket: isVouchedFor(presenter, policies),
      app,
      session: vouchedBy(presenter).session,
      ...noCeremony,
    }
    const origin = { commandId: newId(), traceparent: traceparentOf(request) }
    const { answer } = await decided(parts, { tenant, user }, { type: 'factor-added', data }, origin)
    if (answer.events.at(-1)?.type !== 'factor-changed') throw problem('conflict')
    await untilVisible(parts, tenant, user, answer.version, config.answerWithinMs)
    return reply
      .code(201)
      .header('cache-control', 'no-store')
      .send({ factor, codes: [...codes] })
  })
}
