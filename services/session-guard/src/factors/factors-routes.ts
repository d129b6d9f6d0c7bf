import { type HttpServer, pageOf, pageSchema, problem, traceparentOf } from '@watchword/service-kit'
import type { FastifySchema } from 'fastify'
import { Type } from 'typebox'
import { commandProblems } from '../commands/command-documentation.ts'
import { registerPreflight } from '../tickets/cors.ts'
import { assertRemovalOpen, enrolAdmission, userOfFactors } from './factor-access.ts'
import type { GuardParts } from '../guard-parts.ts'
import { isoTime } from '../http/lock-json.ts'
import { capabilityAnswer, presenterGate } from '../tickets/presenter-gate.ts'
import { recoveryCodesLeft } from './recovery/recovery-set.ts'
import { decided } from '../commands/decided.ts'
import { idSchema, userSchema } from '../http/user-param.ts'

type Parts = Pick<
  GuardParts,
  'access' | 'callers' | 'view' | 'commands' | 'pastAnswers' | 'newId' | 'clock' | 'sessionOwners'
>

const listPath = '/v1/users/:user/factors'
const onePath = '/v1/users/:user/factors/:factor'

const factorSchema = Type.Object({
  factor: Type.String(),
  kind: Type.String(),
  status: Type.String(),
  name: Type.Optional(Type.String()),
  addedAt: Type.String(),
  activatedAt: Type.Optional(Type.String()),
  backedUp: Type.Optional(
    Type.Boolean({ description: 'Whether a passkey last said that its key is kept elsewhere, too' }),
  ),
  codesLeft: Type.Optional(Type.Integer({ description: 'Recovery codes that are unused' })),
})

const listSchema = {
  summary: 'The factors of a user, without secrets.',
  params: Type.Object({ user: userSchema }),
  querystring: pageSchema,
  documentation: {
    answers: {
      200: {
        description: 'A page of the factors.',
        body: Type.Object({ items: Type.Array(factorSchema), next: Type.Optional(Type.String()) }),
        headers: capabilityAnswer,
      },
    },
    problems: [...commandProblems, 'not-found'],
  },
} satisfies FastifySchema

const oneSchema = {
  summary: 'Removes a factor.',
  params: Type.Object({ user: userSchema, factor: idSchema }),
  documentation: {
    answers: { 204: { description: 'The factor is removed.', headers: capabilityAnswer } },
    problems: [...commandProblems, 'not-found', 'locked', 'too-many-requests'],
  },
} satisfies FastifySchema

/** `GET …/factors`, without secrets, and `DELETE …/factors/{factor}`. */
export function registerFactorsRoutes(scope: HttpServer, parts: Parts): void {
  const { access, callers, view, newId } = parts
  registerPreflight(scope, listPath, ['GET'])
  registerPreflight(scope, onePath, ['DELETE'])

  const { security, onRequest, whoOf } = presenterGate(callers, enrolAdmission)
  scope.get(listPath, { schema: { ...listSchema, security }, onRequest }, async (request, reply) => {
    const presenter = await callers.admit(whoOf(request), reply)
    const user = userOfFactors(access, presenter, request.params.user)
    await view.refresh()
    const page = pageOf(view.factorState(presenter.tenant, user)?.factors ?? [], request.query)
    const items = page.items.map(({ id, kind, status, name, addedAt, activatedAt, lastStep, backedUp }) => ({
      factor: id,
      kind,
      status,
      ...(name === null ? {} : { name }),
      addedAt: isoTime(addedAt),
      ...(activatedAt === null ? {} : { activatedAt: isoTime(activatedAt) }),
      ...(backedUp === null ? {} : { backedUp }),
      ...(kind === 'recovery-code' ? { codesLeft: recoveryCodesLeft(lastStep) } : {}),
    }))
    return reply.header('cache-control', 'no-store').send({ ...page, items })
  })

  scope.delete(onePath, { schema: { ...oneSchema, security }, onRequest }, async (request, reply) => {
    const presenter = await callers.admit(whoOf(request), reply)
    const user = userOfFactors(access, presenter, request.params.user)
    const { factor } = request.params
    await assertRemovalOpen(parts, presenter)
    if (!view.factorState(presenter.tenant, user)?.factors.some(({ id }) => id === factor)) throw problem('not-found')
    const data = { factor, by: 'user' } as const
    const origin = { commandId: newId(), traceparent: traceparentOf(request) }
    await decided(parts, { tenant: presenter.tenant, user }, { type: 'factor-removed', data }, origin)
    return reply.code(204).send()
  })
}
