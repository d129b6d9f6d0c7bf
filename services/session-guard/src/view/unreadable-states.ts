import { type FactorState, type Lock, type LockState, splitUserKey } from '@watchword/contracts'
import type { LogRecord } from '@watchword/event-log'

/** A lock state that nobody can read locks its user: no factor opens it, the lock stage writes the next state. */
export function unreadableLockState(record: LogRecord): LockState {
  const { tenant, user } = splitUserKey(record.key)
  const id = `unreadable-${record.partition}-${record.offset}`
  const policy = { windowMs: 0, onExpiry: 'soft', attemptsAllowed: 0, challengeTtlMs: 0, totpPastSteps: 0 } as const
  const lock: Lock = {
    id,
    version: record.offset,
    scope: 'user',
    app: null,
    session: null,
    device: null,
    level: 'HIGH',
    reasonUser: {},
    factors: [],
    since: record.timestamp,
    by: 'risk',
    causes: [],
    attemptsLeft: 0,
    policy,
    grounds: 'proven',
  }
  return {
    tenant,
    user,
    version: record.offset,
    seq: 0,
    at: record.timestamp,
    locks: [lock],
    endedSessions: [],
    passes: [],
    factors: [],
    blockedUntil: null,
    authorizations: [],
    prompts: [],
  }
}

/** Of a user whose factors nobody can read. */
export function noFactors(record: LogRecord): FactorState {
  const { tenant, user } = splitUserKey(record.key)
  return { tenant, user, version: record.offset, factors: [] }
}
