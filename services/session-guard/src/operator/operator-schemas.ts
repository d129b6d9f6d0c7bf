import type { FastifySchema } from 'fastify'
import { Type } from 'typebox'
import { commandProblems, idempotencyHeaders } from '../commands/command-documentation.ts'
import { lockJsonSchema } from '../http/lock-json.ts'
import { idSchema, userSchema } from '../http/user-param.ts'

const reason = Type.String({ minLength: 1, maxLength: 500 })
const problems = [...commandProblems, 'idempotency-key-reused'] as const

/** `POST /v1/users/{user}/lock`. */
export const lockSchema = {
  summary: 'Locks a user or one session; answers when no later request is admitted any more.',
  params: Type.Object({ user: userSchema }),
  body: Type.Object(
    { reason, session: Type.Optional(idSchema), app: Type.Optional(idSchema) },
    { additionalProperties: false },
  ),
  documentation: {
    requestHeaders: idempotencyHeaders,
    answers: {
      200: {
        description: 'The lock is acknowledged; no `lock` stands here for a session that has ended.',
        body: Type.Object({ lock: Type.Optional(lockJsonSchema) }),
      },
    },
    problems,
  },
} satisfies FastifySchema

/** `POST /v1/users/{user}/unlock`. */
export const unlockSchema = {
  summary: 'Opens one lock, or all of a user.',
  params: Type.Object({ user: userSchema }),
  body: Type.Object(
    {
      reason,
      lock: Type.Optional(idSchema),
      version: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
    },
    { additionalProperties: false },
  ),
  documentation: {
    requestHeaders: idempotencyHeaders,
    answers: {
      200: { description: 'What was opened by it.', body: Type.Object({ unlocked: Type.Array(Type.String()) }) },
    },
    problems: [...problems, 'stale-version'],
  },
} satisfies FastifySchema

/** `POST /v1/users/{user}/factors/reset`. */
export const factorsResetSchema = {
  summary: 'Removes all factors of a user; the next one needs an enrol ticket of the backend. Locks stay.',
  params: Type.Object({ user: userSchema }),
  body: Type.Object({ reason }, { additionalProperties: false }),
  documentation: {
    requestHeaders: idempotencyHeaders,
    answers: {
      200: { description: 'What was removed by it.', body: Type.Object({ removed: Type.Array(Type.String()) }) },
    },
    problems: [...problems, 'too-many-requests'],
  },
} satisfies FastifySchema

/** `DELETE /v1/sessions/{session}`. */
export const sessionEndSchema = {
  summary: 'Ends a session for good.',
  params: Type.Object({ session: idSchema }),
  querystring: Type.Object(
    { user: Type.Optional(userSchema), reason: Type.Optional(reason) },
    { additionalProperties: false },
  ),
  documentation: {
    requestHeaders: idempotencyHeaders,
    answers: { 204: { description: 'No later request of the session is admitted.' } },
    problems: [...problems, 'not-found'],
  },
} satisfies FastifySchema

/** `POST /v1/users/{user}/profile/reset`. */
export const profileResetSchema = {
  summary: 'Forgets what was learned of the user, who is a stranger then; locks, factors and suspicion stay.',
  params: Type.Object({ user: userSchema }),
  body: Type.Object({ reason }, { additionalProperties: false }),
  documentation: {
    requestHeaders: idempotencyHeaders,
    answers: { 200: { description: 'It is on the log.', body: Type.Object({ user: Type.String() }) } },
    problems,
  },
} satisfies FastifySchema
