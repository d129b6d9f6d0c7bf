import type { FastifySchema } from 'fastify'
import { type Static, Type } from 'typebox'
import { commandProblems } from '../commands/command-documentation.ts'
import { lockJsonSchema } from '../http/lock-json.ts'
import { idSchema, userSchema } from '../http/user-param.ts'

/** The longest that a request is held for its user. */
export const waitSecondsMax = 30

const body = Type.Object(
  {
    client: Type.Enum(['interactive', 'always-on'], {
      description:
        'Whether somebody sits there and has signed in, or it connects on its own by the certificate of `Client-Cert`',
    }),
    user: userSchema,
    session: idSchema,
    device: Type.Optional(idSchema),
    groups: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 256 }), {
        maxItems: 1_000,
        description:
          'The groups of the user as the app knows them; left out, the user counts as in every group that needs a second factor',
      }),
    ),
    resource: Type.String({
      minLength: 1,
      maxLength: 2_000,
      pattern: '^/',
      default: '/',
      description: 'A path; the policy names its class',
    }),
    signIn: Type.Optional(
      Type.Enum(['accepted', 'rejected', 'unknown-user', 'password-change-required'], {
        description: 'Of an interactive client: what became of the credentials',
      }),
    ),
    reachable: Type.Boolean({
      default: true,
      description:
        'false: reports an attempt that was made while the platform could not be asked; it is kept, and admits nobody',
    }),
  },
  { additionalProperties: false },
)

/** The body of `POST /v1/connections`. */
export type ConnectionBody = Static<typeof body>

const decided = {
  because: Type.String({ description: 'Code of the reason' }),
  resourceClass: Type.Enum(['exempt', 'password-change', 'protected']),
  secondFactor: Type.Object({
    status: Type.Enum(['required', 'waived', 'off']),
    level: Type.Optional(Type.Enum(['user', 'group', 'app', 'tenant'])),
  }),
}

/** `POST /v1/connections`. */
export const connectionSchema = {
  summary:
    'Whether a client may connect now: by whom it is used, what the policy asks of them, and what they have proved. With `Prefer: wait=N` it is held until the user has verified.',
  body,
  documentation: {
    requestHeaders: {
      'Client-Cert': 'The certificate of an always-on client (RFC 9440), from whoever ended its TLS.',
      Prefer: `\`wait=N\`: how many seconds to wait for the user, at most ${waitSecondsMax} (RFC 7240).`,
    },
    answers: {
      200: {
        description: 'It may connect.',
        body: Type.Object({
          outcome: Type.Literal('admitted'),
          ...decided,
          verifiedUntil: Type.Optional(Type.String()),
        }),
      },
      202: {
        description: 'It has to wait: the lock says for what, and is opened as any other.',
        headers: { 'Retry-After': 'Seconds after which to ask again.' },
        body: Type.Object({ outcome: Type.Literal('pending'), ...decided, lock: lockJsonSchema }),
      },
    },
    problems: [...commandProblems, 'not-admitted', 'too-many-requests'],
  },
} satisfies FastifySchema
