import { isBlocked, triesLeft } from './attempts.ts'
import { authorizationRoomAt, promptRoomAt } from './authorization-limits.ts'
import type { LockRefusal } from './commands.ts'
import { prune } from './prune.ts'
import type { Lock, UserLocks } from './state.ts'

/** The pass that is over first, and when, for the shell's timer; null without passes. */
export function nextDeadline(state: UserLocks): Readonly<{ pass: string; until: number }> | null {
  const [first, ...others] = state.passes
  if (first === undefined) return null
  const { id, until } = others.reduce((soonest, pass) => (pass.until < soonest.until ? pass : soonest), first)
  return { pass: id, until }
}

/** How many wrong answers to the lock are left at a time; 0 while the user is blocked. */
export function attemptsLeft(state: UserLocks, lock: Lock, now: number): number {
  const current = prune(state, now)
  if (isBlocked(current, current.at)) return 0
  return triesLeft(current.attempts, lock.policy.attemptsAllowed)
}

/** When what was refused may be tried again; null when that does not depend on time. */
export function retryAt(state: UserLocks, now: number, refusal: LockRefusal | null = null): number | null {
  if (refusal === 'too-many-authorizations') return authorizationRoomAt(state, now)
  if (refusal === 'too-many-prompts') return promptRoomAt(state, now)
  return isBlocked(state, now) ? state.attempts.blockedUntil : null
}

/**
 * Whether nothing is worth keeping of the user. A state whose `seq` has been pushed is kept, for it may never go back;
 * ids of commands alone are not worth it, as those commands have left no trace.
 */
export function isEmpty(state: UserLocks): boolean {
  const { attempts } = state
  const { owned, prompts } = state.authorizations
  const lists = [
    owned,
    prompts,
    state.verdicts,
    state.locks,
    state.endedSessions,
    state.passes,
    state.factors,
    state.used,
  ]
  return (
    state.seq === 0 &&
    state.activations === 0 &&
    !state.ticketOnly &&
    attempts.failures === 0 &&
    attempts.consecutiveFailures === 0 &&
    attempts.blocks === 0 &&
    lists.every((list) => list.length === 0)
  )
}
