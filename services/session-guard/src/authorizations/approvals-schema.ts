import type { FastifySchema } from 'fastify'
import { Type } from 'typebox'
import { commandProblems, idempotencyHeaders } from '../commands/command-documentation.ts'
import { contextSchema } from '../http/request-context.ts'
import { idSchema, userSchema } from '../http/user-param.ts'
import { capabilityAnswer } from '../tickets/presenter-gate.ts'
import { assertionSchema, requestOptionsSchema } from '../factors/webauthn/credential-schemas.ts'
import { codeSchema } from '../verification/response-schema.ts'
import { authorizationJsonSchema, statusSchema } from './authorization-json.ts'
import { oneSchema } from './authorization-schemas.ts'

/** `POST /v1/authorizations/{id}/approvals`. */
export const approvalsSchema = {
  summary:
    'An approver answers: first without a challenge, to get one for this very action; then with it, the code or assertion and the number. Or denies it.',
  params: oneSchema,
  body: Type.Object(
    {
      user: Type.Optional(Type.String({ ...userSchema, description: 'Who approves; from a page, the ticket says it' })),
      session: Type.Optional(Type.String({ ...idSchema, description: 'Of the approver' })),
      context: Type.Optional(contextSchema),
      factor: Type.Optional(
        Type.Enum(['webauthn', 'totp'], { description: 'Default: the strongest that the approver has' }),
      ),
      challenge: Type.Optional(Type.String({ minLength: 1, maxLength: 1024 })),
      code: Type.Optional(codeSchema),
      assertion: Type.Optional(assertionSchema),
      number: Type.Optional(
        Type.String({
          pattern: '^[0-9]{2}$',
          description: 'What the requester sees; not needed in the very session that asked',
        }),
      ),
      answer: Type.Optional(Type.Enum(['approve', 'deny'], { description: 'Default: approve' })),
      reason: Type.Optional(Type.String({ minLength: 1, maxLength: 500, description: 'Needed to deny' })),
    },
    { additionalProperties: false },
  ),
  documentation: {
    requestHeaders: idempotencyHeaders,
    answers: {
      200: {
        description: 'The answer counts.',
        body: Type.Object({
          id: Type.String(),
          status: statusSchema,
          approvals: Type.Integer(),
          quorum: Type.Integer(),
        }),
        headers: capabilityAnswer,
      },
      201: {
        description: 'A challenge for this action and this approver, and what is approved by answering it.',
        body: Type.Object({
          challenge: Type.String(),
          factor: Type.String(),
          expiresAt: Type.String(),
          authorization: authorizationJsonSchema,
          options: Type.Optional(requestOptionsSchema),
        }),
        headers: capabilityAnswer,
      },
    },
    problems: [
      ...commandProblems,
      'not-found',
      'self-approval',
      'not-an-approver',
      'locked',
      'no-factor',
      'verification-failed',
      'stale-challenge',
      'approval-denied',
      'already-consumed',
      'expired',
      'conflict',
      'unavailable',
      'too-many-requests',
      'idempotency-key-reused',
    ],
  },
} satisfies FastifySchema
