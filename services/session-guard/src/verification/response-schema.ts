import type { FastifySchema } from 'fastify'
import { Type } from 'typebox'
import { commandProblems, idempotencyHeaders } from '../commands/command-documentation.ts'
import { capabilityAnswer } from '../tickets/presenter-gate.ts'
import { recoveryCodePattern } from '../factors/recovery/recovery-code.ts'
import { assertionSchema } from '../factors/webauthn/credential-schemas.ts'
import { contextSchema } from '../http/request-context.ts'

export const codeSchema = Type.String({ pattern: '^[0-9]{6}$', description: 'six digits' })

const answerCodeSchema = Type.String({
  maxLength: 64,
  pattern: `^([0-9]{6}|${recoveryCodePattern})$`,
  description: 'six digits, or a recovery code as it was typed',
})

/** `POST /v1/challenges/{challenge}/responses`. */
export const responseSchema = {
  summary: 'Answers a challenge with a code or an assertion; an mfaToken if it is right, once.',
  params: Type.Object({ challenge: Type.String({ minLength: 1, maxLength: 1024 }) }),
  body: Type.Object(
    {
      code: Type.Optional(answerCodeSchema),
      assertion: Type.Optional(assertionSchema),
      context: Type.Optional(contextSchema),
    },
    { additionalProperties: false },
  ),
  documentation: {
    requestHeaders: idempotencyHeaders,
    answers: {
      200: {
        description: 'The lock is open; with `session.ended` the app gives the person a new session id.',
        body: Type.Object({
          mfaToken: Type.String(),
          verifiedUntil: Type.String(),
          session: Type.Object({ id: Type.Union([Type.String(), Type.Null()]), ended: Type.Boolean() }),
        }),
        headers: capabilityAnswer,
      },
    },
    problems: [
      ...commandProblems,
      'not-found',
      'verification-failed',
      'stale-challenge',
      'no-factor',
      'conflict',
      'unavailable',
      'too-many-requests',
      'idempotency-key-reused',
    ],
  },
} satisfies FastifySchema
