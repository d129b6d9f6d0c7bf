import { pruneAuthorizations } from './evolve-authorizations.ts'
import { ENDED_SESSION_MS, FAILURE_MEMORY_MS, PENDING_FACTOR_MS } from './limits.ts'
import type { Attempts, UserLocks } from './state.ts'

/** The state at a time: without what is over by then. Time never goes back, and locks never go by waiting. */
export function prune(state: UserLocks, time: number): UserLocks {
  const at = Math.max(state.at, time)
  return {
    ...state,
    at,
    endedSessions: state.endedSessions.filter((ended) => at - ended.at < ENDED_SESSION_MS),
    factors: state.factors.filter((factor) => factor.status === 'active' || at - factor.addedAt < PENDING_FACTOR_MS),
    attempts: recentAttempts(state.attempts, at),
    used: state.used.filter((used) => used.until > at),
    authorizations: pruneAuthorizations(state.authorizations, at),
  }
}

function recentAttempts(attempts: Attempts, at: number): Attempts {
  const { failures, consecutiveFailures, lastFailureAt, blockedUntil, blocks } = attempts
  const recent = lastFailureAt !== null && at - lastFailureAt < FAILURE_MEMORY_MS
  return {
    failures: recent ? failures : 0,
    consecutiveFailures,
    lastFailureAt: recent ? lastFailureAt : null,
    blockedUntil: blockedUntil !== null && at < blockedUntil ? blockedUntil : null,
    blocks,
  }
}
