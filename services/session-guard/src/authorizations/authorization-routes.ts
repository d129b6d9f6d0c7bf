import { keyGate } from '@watchword/access'
import { type HttpServer, problem } from '@watchword/service-kit'
import type { GuardParts } from '../guard-parts.ts'
import { untilVisible } from '../view/until-visible.ts'
import { consumeSchema, requestSchema } from './authorization-schemas.ts'
import { decided } from '../commands/decided.ts'
import { performed } from '../commands/performed.ts'
import { foundAuthorization } from './found-authorization.ts'
import { parametersOf } from './parameters.ts'
import { requestOf } from './authorization-request.ts'
import { requestAuthorization } from './request-authorization.ts'

/** What the app's backend does with authorizations: `POST /v1/authorizations` and `POST …/{id}/consume`; scope `authorize`. */
export function registerAuthorizationRoutes(app: HttpServer, parts: GuardParts): void {
  const { access, config } = parts
  const { security, onRequest, whoOf } = keyGate(access, 'authorize')

  app.post('/v1/authorizations', { schema: { ...requestSchema, security }, onRequest }, async (request, reply) => {
    const caller = whoOf(request)
    const asked = requestOf(parts, caller, request.body)
    const answer = await performed(parts, request, caller, (origin) =>
      requestAuthorization(parts, caller, asked, origin),
    )
    return reply.code(answer.status).header('cache-control', 'no-store').send(answer.body)
  })

  app.post(
    '/v1/authorizations/:id/consume',
    { schema: { ...consumeSchema, security }, onRequest },
    async (request, reply) => {
      const caller = whoOf(request)
      const { tenant, app: appId } = caller
      const { parameters = {}, session = null, action = null } = request.body
      const { hash } = parametersOf(parameters, '/parameters')
      const presenter = { kind: 'backend', tenant, app: appId, caller } as const
      const answer = await performed(parts, request, caller, async (origin) => {
        const { id, owner } = await foundAuthorization(parts, presenter, request.params.id)
        const data = { authorization: id, app: appId, session, action, parametersHash: hash }
        const body = { type: 'authorization-consumed', data } as const
        const { answer: said } = await decided(parts, { tenant, user: owner }, body, origin)
        const consumed = said.events.find(({ type }) => type === 'authorization-consumed')
        // Only the fold's own word lets it be done.
        if (consumed?.type !== 'authorization-consumed') throw problem('conflict')
        await untilVisible(parts, tenant, owner, said.version, config.answerWithinMs)
        const { authorization, app: _, ...done } = consumed.data
        return { status: 200, body: { id: authorization, status: 'consumed', ...done } }
      })
      return reply.code(answer.status).header('cache-control', 'no-store').send(answer.body)
    },
  )
}
