import type { Lock } from '@watchword/contracts'
import { createIsoTime } from '@watchword/event-log'
import { type Static, Type } from 'typebox'

/** A lock as the public interface shows it: nothing of its causes. */
export const lockJsonSchema = Type.Object({
  id: Type.String(),
  version: Type.Integer(),
  scope: Type.Enum(['session', 'device', 'user']),
  app: Type.Optional(Type.String()),
  session: Type.Optional(Type.String()),
  device: Type.Optional(Type.String()),
  exact: Type.Optional(Type.Literal(true)),
  level: Type.String(),
  reasonUser: Type.Record(Type.String(), Type.String()),
  factors: Type.Array(Type.String()),
  by: Type.Enum(['risk', 'operator', 'expiry', 'requirement']),
  since: Type.String(),
  challengeUri: Type.String(),
})

export type LockJson = Static<typeof lockJsonSchema>

export function lockJson(lock: Lock): LockJson {
  return {
    id: lock.id,
    version: lock.version,
    scope: lock.scope,
    ...(lock.app === null ? {} : { app: lock.app }),
    ...(lock.session === null ? {} : { session: lock.session }),
    ...(lock.device === null ? {} : { device: lock.device }),
    ...(lock.grounds === 'unproven' && lock.scope !== 'user' ? { exact: true as const } : {}),
    level: lock.level,
    reasonUser: lock.reasonUser,
    factors: [...lock.factors],
    by: lock.by,
    since: isoTime(lock.since),
    challengeUri: `/v1/locks/${encodeURIComponent(lock.id)}/challenges`,
  }
}

/** RFC 3339 UTC of epoch milliseconds. Every answer says as of when it holds, and thousands in a row say the same millisecond. */
export const isoTime = createIsoTime()
