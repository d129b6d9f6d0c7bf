import { Type } from 'typebox'
import { problemCodes } from './problem-catalogue.ts'

/** The body of a problem. */
export const problemSchema = Type.Object(
  {
    type: Type.String({ description: '`/problems/<code>`' }),
    title: Type.String(),
    status: Type.Integer(),
    code: Type.Enum([...problemCodes]),
    detail: Type.Optional(Type.String()),
    instance: Type.Optional(Type.String({ description: 'Names this one occurrence.' })),
    errors: Type.Optional(
      Type.Array(Type.Object({ pointer: Type.String(), detail: Type.String() }), {
        description: 'Each fault of the request: a JSON pointer and what is wrong there.',
      }),
    ),
    attemptsLeft: Type.Optional(
      Type.Integer({ description: 'With `verification-failed`: how many wrong answers are left.' }),
    ),
  },
  { description: 'What went wrong (RFC 9457); `code` is stable, and some codes add members of their own.' },
)

/** The names that `security` of a route may use; beside a name there stands the scope of a key, or the purpose of a ticket, that opens the route. */
const securitySchemes = {
  key: {
    type: 'http',
    scheme: 'bearer',
    description: 'An API key of a backend, `ww_<keyId>_<secret>`. It belongs to one app of one tenant and has scopes.',
  },
  proxyKey: {
    type: 'apiKey',
    in: 'header',
    name: 'X-Watchword-Key',
    description: 'An API key, sent by a proxy beside the credentials of the app.',
  },
  appToken: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'A token of an issuer that is configured for an app (`guard.appTokens`).',
  },
  ticket: {
    type: 'apiKey',
    in: 'header',
    name: 'X-Watchword-Ticket',
    description: 'A ticket that the backend minted, good for one use; also as `Authorization: Ticket <ticket>`.',
  },
  reportTicket: {
    type: 'http',
    scheme: 'bearer',
    description:
      'The ticket of a was-this-you link, good for one answer about one assessment; also as `ticket` in the body.',
  },
  capability: {
    type: 'apiKey',
    in: 'header',
    name: 'X-Watchword-Capability',
    description: 'What the call that used a ticket answered with; good for the calls that follow.',
  },
} as const

/** What every operation of the OpenAPI document may name. */
export const openApiComponents = {
  schemas: { Problem: problemSchema },
  responses: {
    Problem: {
      description: 'Any other problem; `docs/failure-modes.md` explains every code.',
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    },
  },
  securitySchemes,
}

/** One way to open a route: every credential it names, with a scope or purpose. Of several ways one is enough. */
export type RouteSecurity = readonly Readonly<Partial<Record<keyof typeof securitySchemes, readonly string[]>>>[]
