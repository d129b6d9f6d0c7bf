import { type Authorization, isOpen } from '@watchword/session-lock'
import { type Static, Type } from 'typebox'
import { isoTime } from '../http/lock-json.ts'

export const statusSchema = Type.Enum(['pending', 'approved', 'denied', 'consumed', 'expired'])

/** An authorization as the public interface shows it; never its number. */
export const authorizationJsonSchema = Type.Object({
  id: Type.String(),
  status: statusSchema,
  user: Type.String(),
  session: Type.String(),
  action: Type.Object({
    type: Type.String(),
    resource: Type.String(),
    parameters: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  }),
  parametersHash: Type.String(),
  approver: Type.Enum(['owner', 'supervisor']),
  approvers: Type.Array(Type.String()),
  quorum: Type.Integer(),
  factors: Type.Array(Type.String()),
  approvals: Type.Array(Type.Object({ user: Type.String(), factor: Type.String(), at: Type.String() })),
  requestedAt: Type.String(),
  expiresAt: Type.String(),
  denial: Type.Optional(Type.Object({ by: Type.Optional(Type.String()), reason: Type.String(), at: Type.String() })),
  consumedAt: Type.Optional(Type.String()),
})

/** What is shown of an authorization, as of `now`. */
export function authorizationJson(authorization: Authorization, now: number): Static<typeof authorizationJsonSchema> {
  const { id, owner, session, action, parameters, parametersHash, approver, approvers, quorum } = authorization
  const { factors, approvals, requestedAt, expiresAt, outcome } = authorization
  return {
    id,
    status: statusOf(authorization, now),
    user: owner,
    session,
    action: { ...action, ...(parameters === null ? {} : { parameters: readParameters(parameters) }) },
    parametersHash,
    approver,
    approvers: [...approvers],
    quorum,
    factors: [...factors],
    approvals: approvals.map(({ user, factorKind, at }) => ({ user, factor: factorKind, at: isoTime(at) })),
    requestedAt: isoTime(requestedAt),
    expiresAt: isoTime(expiresAt),
    ...(outcome.status === 'denied'
      ? {
          denial: {
            ...(outcome.by === null ? {} : { by: outcome.by }),
            reason: outcome.reason,
            at: isoTime(outcome.at),
          },
        }
      : {}),
    ...(outcome.status === 'consumed' ? { consumedAt: isoTime(outcome.at) } : {}),
  }
}

/** How far it has come as of `now`. */
export function statusOf(authorization: Authorization, now: number): Static<typeof statusSchema> {
  const { status } = authorization.outcome
  return status === 'denied' || status === 'consumed' || isOpen(authorization, now) ? status : 'expired'
}

function readParameters(text: string): Record<string, unknown> {
  return JSON.parse(text) as Record<string, unknown>
}
