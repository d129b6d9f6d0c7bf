import { type Access, isWebOrigin, keyGate, type NewApp } from '@watchword/access'
import { type App, idPattern } from '@watchword/contracts'
import { type HttpServer, pageOf, pageSchema, problem, traceparentOf } from '@watchword/service-kit'
import { userNames } from '@watchword/user-names'
import { type Static, Type } from 'typebox'

const newAppSchema = Type.Object(
  {
    id: Type.String({ pattern: idPattern.source }),
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    origins: Type.Optional(Type.Array(Type.String({ maxLength: 300 }), { maxItems: 100, default: [] })),
    rpId: Type.Optional(
      Type.String({ maxLength: 253, pattern: '^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$' }),
    ),
    issuer: Type.Optional(Type.String({ minLength: 1, maxLength: 300 })),
    userNames: Type.Optional(
      Type.Enum([...userNames], {
        description: 'How the names of users are read, as in the other apps of the tenant; fixed by its first app',
      }),
    ),
  },
  { additionalProperties: false },
)

const nullableText = Type.Union([Type.String(), Type.Null()])
const app = {
  id: Type.String(),
  name: nullableText,
  origins: Type.Array(Type.String()),
  rpId: nullableText,
  issuer: nullableText,
  userNames: Type.String(),
}

/** `POST /v1/apps`, which makes an app or puts another in the place of the one with this id, and `GET /v1/apps`. */
export function registerAppsRoutes(server: HttpServer, { access }: Readonly<{ access: Access }>): void {
  const { security, onRequest, whoOf } = keyGate(access, 'admin')
  server.post(
    '/v1/apps',
    {
      schema: {
        summary: 'Makes an app, or changes the one with this id.',
        security,
        body: newAppSchema,
        response: {
          200: Type.Object(app, { description: 'The app as it is now.' }),
          201: Type.Object(app, { description: 'The new app.' }),
        },
        documentation: { problems: ['conflict', 'log-unavailable'] },
      },
      onRequest,
    },
    async (request, reply) => {
      const { tenant } = whoOf(request)
      const errors = originFaults(request.body)
      if (errors.length > 0) throw problem('invalid', { errors })
      const existed = access.appOf(tenant, request.body.id) !== undefined
      const made = await access.putApp(tenant, request.body satisfies NewApp, traceparentOf(request))
      return reply.code(existed ? 200 : 201).send(appJson(made))
    },
  )

  server.get(
    '/v1/apps',
    {
      schema: {
        summary: 'Lists apps.',
        security,
        querystring: pageSchema,
        response: {
          200: Type.Object(
            { items: Type.Array(Type.Object(app)), next: Type.Optional(Type.String()) },
            { description: 'A page of the apps of the tenant.' },
          ),
        },
      },
      onRequest,
    },
    async (request) => {
      const { items, ...rest } = pageOf(access.appsOf(whoOf(request).tenant), request.query)
      return { items: items.map(appJson), ...rest }
    },
  )
}

function appJson({ origins, ...rest }: App) {
  return { ...rest, origins: [...origins] }
}

function originFaults({ origins = [] }: Static<typeof newAppSchema>) {
  return origins.flatMap((origin, index) =>
    isWebOrigin(origin)
      ? []
      : [{ pointer: `/origins/${index}`, detail: 'is not a web origin such as https://app.example.com' }],
  )
}
