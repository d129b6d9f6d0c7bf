import { type HttpServer, problem } from '@watchword/service-kit'
import { Type } from 'typebox'
import { registerPreflight } from './cors.ts'
import { enrolAdmission, isOver, userOfFactors } from './factor-access.ts'
import type { GuardParts } from './guard-parts.ts'
import { isoTime } from './lock-json.ts'
import { refusalOf } from './refusal.ts'
import { idSchema, userSchema } from './user-param.ts'

type Parts = Pick<GuardParts, 'callers' | 'view' | 'commands' | 'newId' | 'clock'>

const listPath = '/v1/users/:user/factors'
const onePath = '/v1/users/:user/factors/:factor'

const listSchema = {
  params: Type.Object({ user: userSchema }),
  querystring: Type.Object(
    {
      limit: Type.Integer({ minimum: 1, maximum: 1000, default: 100 }),
      cursor: Type.Optional(Type.String({ pattern: '^[0-9]{1,4}$' })),
    },
    { additionalProperties: false },
  ),
}

/** `GET …/factors`, without secrets, and `DELETE …/factors/{factor}`. */
export function registerFactorsRoutes(scope: HttpServer, parts: Parts): void {
  const { callers, view, commands, newId, clock } = parts
  registerPreflight(scope, listPath, ['GET'])
  registerPreflight(scope, onePath, ['DELETE'])

  scope.get(listPath, { schema: listSchema }, async (request, reply) => {
    const presenter = await callers.identify(request, reply, enrolAdmission)
    const user = userOfFactors(presenter, request.params.user)
    await view.refresh()
    const from = Number(request.query.cursor ?? 0)
    const until = from + request.query.limit
    const factors = view.factorState(presenter.tenant, user)?.factors ?? []
    const items = factors.slice(from, until).map(({ id, kind, status, name, addedAt, activatedAt }) => ({
      factor: id,
      kind,
      status,
      ...(name === null ? {} : { name }),
      addedAt: isoTime(addedAt),
      ...(activatedAt === null ? {} : { activatedAt: isoTime(activatedAt) }),
    }))
    const next = until < factors.length ? { next: String(until) } : {}
    return reply.header('cache-control', 'no-store').send({ items, ...next })
  })

  const oneSchema = { params: Type.Object({ user: userSchema, factor: idSchema }) }
  scope.delete(onePath, { schema: oneSchema }, async (request, reply) => {
    const presenter = await callers.identify(request, reply, enrolAdmission)
    const user = userOfFactors(presenter, request.params.user)
    const { factor } = request.params
    await view.refresh()
    if (isOver(view, presenter)) throw problem('locked')
    if (!view.factorState(presenter.tenant, user)?.factors.some(({ id }) => id === factor)) throw problem('not-found')
    const data = { factor, by: 'user' } as const
    const { events } = await commands.send(presenter.tenant, user, { type: 'factor-removed', data }, newId())
    const last = events.at(-1)
    if (last?.type === 'command-refused') throw refusalOf(last.data, clock.now())
    return reply.code(204).send()
  })
}
