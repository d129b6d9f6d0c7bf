import { type Access, keyGate, scopes } from '@watchword/access'
import type { ApiKey } from '@watchword/contracts'
import { type HttpServer, pageOf, pageSchema, problem, traceparentOf } from '@watchword/service-kit'
import { Type } from 'typebox'

const newKeySchema = Type.Object(
  {
    app: Type.String({ minLength: 1, maxLength: 63 }),
    scopes: Type.Array(Type.Enum([...scopes]), { minItems: 1, maxItems: scopes.length, uniqueItems: true }),
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
  },
  { additionalProperties: false },
)

const keySchema = Type.Object({
  id: Type.String(),
  app: Type.String(),
  scopes: Type.Array(Type.String()),
  name: Type.Union([Type.String(), Type.Null()]),
  revoked: Type.Boolean(),
})

/** `POST /v1/keys`, `GET /v1/keys` and `DELETE /v1/keys/{id}`. The text of a key is shown once. */
export function registerKeysRoutes(server: HttpServer, { access }: Readonly<{ access: Access }>): void {
  const { security, onRequest, whoOf } = keyGate(access, 'admin')

  server.post(
    '/v1/keys',
    {
      schema: {
        summary: 'Makes an API key; its text is answered once.',
        security,
        body: newKeySchema,
        response: {
          201: Type.Object({ id: Type.String(), key: Type.String() }, { description: 'The new key, with its text.' }),
        },
        documentation: { problems: ['not-found', 'log-unavailable'] },
      },
      onRequest,
    },
    async (request, reply) => {
      const { tenant } = whoOf(request)
      const made = await access.createKey(tenant, request.body, traceparentOf(request))
      return reply.code(201).header('cache-control', 'no-store').send(made)
    },
  )

  server.get(
    '/v1/keys',
    {
      schema: {
        summary: 'Lists API keys, never their secrets.',
        security,
        querystring: pageSchema,
        response: {
          200: Type.Object(
            { items: Type.Array(keySchema), next: Type.Optional(Type.String()) },
            { description: 'A page of the keys of the tenant.' },
          ),
        },
      },
      onRequest,
    },
    async (request) => {
      const { tenant } = whoOf(request)
      const { items, ...rest } = pageOf(access.keysOf(tenant), request.query)
      return { items: items.map(keyJson), ...rest }
    },
  )

  server.delete(
    '/v1/keys/:id',
    {
      schema: {
        summary: 'Revokes a key; open subscriptions of it are closed.',
        security,
        params: Type.Object({ id: Type.String({ maxLength: 64 }) }),
        documentation: {
          answers: { 204: { description: 'The key is revoked.' } },
          problems: ['not-found', 'log-unavailable'],
        },
      },
      onRequest,
    },
    async (request, reply) => {
      const { tenant } = whoOf(request)
      if (!(await access.revokeKey(tenant, request.params.id, traceparentOf(request)))) throw problem('not-found')
      return reply.code(204).send()
    },
  )
}

function keyJson({ id, app, scopes, name, revoked }: ApiKey) {
  return { id, app, scopes: [...scopes], name, revoked }
}
