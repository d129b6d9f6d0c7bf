import { type Access, scopes } from '@watchword/access'
import type { ApiKey } from '@watchword/contracts'
import { type HttpServer, problem } from '@watchword/service-kit'
import { Type } from 'typebox'
import { logRefusal } from '../log-refusal.ts'
import { page, pageSchema } from './page.ts'

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
  const onRequest = async (request: { headers: { authorization?: string | undefined } }) => {
    access.authenticate(request.headers.authorization, 'admin')
  }

  server.post(
    '/v1/keys',
    {
      schema: {
        summary: 'Make a key; its text is shown here and nowhere else',
        body: newKeySchema,
        response: { 201: Type.Object({ id: Type.String(), key: Type.String() }) },
      },
      onRequest,
    },
    async (request, reply) => {
      const { tenant } = access.authenticate(request.headers.authorization, 'admin')
      try {
        const made = await access.createKey(tenant, request.body)
        return await reply.code(201).header('cache-control', 'no-store').send(made)
      } catch (error) {
        throw logRefusal(error)
      }
    },
  )

  server.get(
    '/v1/keys',
    {
      schema: {
        summary: 'The keys of the tenant, without their secrets',
        querystring: pageSchema,
        response: { 200: Type.Object({ items: Type.Array(keySchema), next: Type.Optional(Type.String()) }) },
      },
      onRequest,
    },
    async (request) => {
      const { tenant } = access.authenticate(request.headers.authorization, 'admin')
      const { items, ...rest } = page(access.keysOf(tenant), request.query)
      return { items: items.map(keyJson), ...rest }
    },
  )

  server.delete(
    '/v1/keys/:id',
    { schema: { summary: 'Revoke a key', params: Type.Object({ id: Type.String({ maxLength: 64 }) }) }, onRequest },
    async (request, reply) => {
      const { tenant } = access.authenticate(request.headers.authorization, 'admin')
      try {
        if (!(await access.revokeKey(tenant, request.params.id))) throw problem('not-found')
        return await reply.code(204).send()
      } catch (error) {
        throw logRefusal(error)
      }
    },
  )
}

function keyJson({ id, app, scopes, name, revoked }: ApiKey) {
  return { id, app, scopes: [...scopes], name, revoked }
}
