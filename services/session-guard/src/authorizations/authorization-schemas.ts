import type { FastifySchema } from 'fastify'
import { Type } from 'typebox'
import { commandProblems, idempotencyHeaders } from '../commands/command-documentation.ts'
import { idSchema, userSchema } from '../http/user-param.ts'
import { capabilityAnswer } from '../tickets/presenter-gate.ts'
import { authorizationJsonSchema } from './authorization-json.ts'

const name = Type.String({ minLength: 1, maxLength: 256 })
const parameters = Type.Record(Type.String(), Type.Unknown(), {
  description: 'At most 4 096 bytes as canonical JSON (RFC 8785); integers up to 2^53 - 1',
})
const strict = { additionalProperties: false } as const

export const oneSchema = Type.Object({ id: idSchema })

/** `POST /v1/authorizations`. */
export const requestSchema = {
  summary: 'Lets an action wait until it is approved, by its user or by others, each with a factor of their own.',
  body: Type.Object(
    {
      user: userSchema,
      session: idSchema,
      device: Type.Optional(idSchema),
      action: Type.Object({ type: name, resource: name, parameters: Type.Optional(parameters) }, strict),
      approver: Type.Enum(['owner', 'supervisor']),
      approvers: Type.Optional(
        Type.Array(userSchema, {
          minItems: 1,
          maxItems: 8,
          description: 'Who is asked; without it, whoever the app vouches for',
        }),
      ),
      quorum: Type.Optional(Type.Integer({ minimum: 1, maximum: 8, description: 'Default: 1' })),
      ttl: Type.Optional(
        Type.String({ maxLength: 32, description: "ISO 8601, PT10S to PT10M; default: the policy's, PT5M" }),
      ),
    },
    strict,
  ),
  documentation: {
    requestHeaders: idempotencyHeaders,
    answers: {
      201: {
        description: 'It waits. `number` is for the eyes of the requester; the approver has to type it.',
        body: Type.Object({
          id: Type.String(),
          status: Type.Literal('pending'),
          parametersHash: Type.String(),
          number: Type.String(),
          expiresAt: Type.String(),
        }),
      },
    },
    problems: [
      ...commandProblems,
      'locked',
      'self-approval',
      'conflict',
      'too-many-requests',
      'idempotency-key-reused',
    ],
  },
} satisfies FastifySchema

/** `GET /v1/authorizations/{id}`. */
export const readSchema = {
  summary: 'What waits for approval, with the parameters that are approved; known until ten minutes after its end.',
  params: oneSchema,
  documentation: {
    answers: {
      200: { description: 'How far it has come.', body: authorizationJsonSchema, headers: capabilityAnswer },
    },
    problems: [...commandProblems, 'not-found'],
  },
} satisfies FastifySchema

/** `POST /v1/authorizations/{id}/consume`. */
export const consumeSchema = {
  summary: 'Uses an approved authorization, once, right before the action is done with these parameters.',
  params: oneSchema,
  body: Type.Object(
    {
      parameters: Type.Optional(parameters),
      session: Type.Optional(idSchema),
      action: Type.Optional(Type.Object({ type: name, resource: name }, strict)),
    },
    strict,
  ),
  documentation: {
    requestHeaders: idempotencyHeaders,
    answers: {
      200: {
        description: 'Do it now: no other call gets this answer. `session` and `action` were compared if given.',
        body: Type.Object({
          id: Type.String(),
          status: Type.Literal('consumed'),
          session: Type.String(),
          action: Type.Object({ type: Type.String(), resource: Type.String() }),
          parametersHash: Type.String(),
          approvers: Type.Array(Type.String()),
        }),
      },
    },
    problems: [
      ...commandProblems,
      'not-found',
      'locked',
      'approval-pending',
      'approval-denied',
      'already-consumed',
      'parameters-changed',
      'expired',
      'conflict',
      'idempotency-key-reused',
    ],
  },
} satisfies FastifySchema
