import type { FastifySchema } from 'fastify'
import { Type } from 'typebox'
import { commandProblems, idempotencyHeaders } from '../commands/command-documentation.ts'
import { lockJsonSchema } from '../http/lock-json.ts'

const verdict = Type.Enum(['confirmed-compromised', 'confirmed-safe', 'dismissed'])
const answer = Type.Enum(['was-me', 'was-not-me'])

/** `POST /v1/verdicts`. */
export const verdictSchema = {
  summary: 'Says what an assessed activity was; `confirmed-compromised` answers when nobody is admitted any more.',
  body: Type.Object(
    {
      assessment: Type.String({ minLength: 1, maxLength: 64 }),
      verdict,
      note: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })),
    },
    { additionalProperties: false },
  ),
  documentation: {
    requestHeaders: idempotencyHeaders,
    answers: {
      200: {
        description: 'The verdict is on the log, or the same one was; `lock` keeps the user of a compromised one.',
        body: Type.Object({
          assessment: Type.String(),
          user: Type.String(),
          verdict,
          lock: Type.Optional(lockJsonSchema),
        }),
      },
    },
    problems: [...commandProblems, 'idempotency-key-reused', 'not-found'],
  },
} satisfies FastifySchema

/** `POST /v1/reports`. */
export const reportSchema = {
  summary: 'The user says whether it was them, by the one-use ticket of the link in a notification; no API key.',
  body: Type.Object(
    {
      assessment: Type.String({ minLength: 1, maxLength: 64 }),
      answer,
      ticket: Type.Optional(
        Type.String({
          minLength: 1,
          maxLength: 4096,
          description: 'In the place of `Authorization: Bearer <ticket>`, which is not looked at then.',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  documentation: {
    answers: {
      200: {
        description: 'The answer is on the log; after `was-not-me` nobody is admitted as the user any more.',
        body: Type.Object({ assessment: Type.String(), answer }),
      },
    },
    problems: [...commandProblems, 'not-found', 'origin-not-allowed', 'too-many-requests'],
  },
} satisfies FastifySchema
