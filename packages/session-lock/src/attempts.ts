import type { LockEvent, TakenChallenge } from './events.ts'
import { BLOCK_FIRST_MS, BLOCK_LONGEST_MS, CONSECUTIVE_FAILURES_MAX } from './limits.ts'
import type { Attempts, Factor, Lock, UserLocks } from './state.ts'

/** Whether no answer of the user counts now, because too many were wrong. */
export function isBlocked(state: UserLocks, at: number): boolean {
  return state.attempts.blockedUntil !== null && at < state.attempts.blockedUntil
}

/** Whether an answer counts all the same: a signature cannot be guessed, and whoever guesses codes must not keep the owner of a passkey out. */
export function countsWhileBlocked(factor: Factor | undefined, passed: boolean): boolean {
  return passed && factor?.kind === 'webauthn' && factor.status === 'active'
}

/** How many wrong answers are left before the next block; after too many in a row each one blocks. */
export function triesLeft({ failures, consecutiveFailures }: Attempts, attemptsAllowed: number): number {
  // A guesser who stays below the limit of one quarter of an hour would otherwise guess for ever.
  const leftInARow = Math.max(1, CONSECUTIVE_FAILURES_MAX - consecutiveFailures)
  return Math.max(0, Math.min(attemptsAllowed - failures, leftInARow))
}

/** What a wrong answer does: it spends an attempt; the last one blocks the user and ends the session it was for. */
export function failed(
  state: UserLocks,
  at: number,
  answer: Readonly<{
    lock: Lock | null
    factor: string
    reason: string
    taken: TakenChallenge | null
    attemptsAllowed: number
  }>,
): readonly LockEvent[] {
  const { lock, factor, reason, taken, attemptsAllowed } = answer
  const attemptsLeft = Math.max(0, triesLeft(state.attempts, attemptsAllowed) - 1)
  const failure: LockEvent = {
    type: 'VerificationFailed',
    at,
    data: { lock: lock?.id ?? null, factor, reason, attemptsLeft, taken },
  }
  if (attemptsLeft > 0) return [failure]

  const blockedUntil = at + blockMs(state.attempts)
  const spent: LockEvent = { type: 'AttemptsSpent', at, data: { lock: lock?.id ?? null, blockedUntil } }
  if (lock === null || lock.app === null || lock.session === null) return [failure, spent]
  const { app, session } = lock
  return [
    failure,
    spent,
    { type: 'SessionEnded', at, data: { app, session, by: 'attempts', reason: 'attempts-spent' } },
  ]
}

function blockMs({ blocks, consecutiveFailures }: Attempts): number {
  if (consecutiveFailures + 1 >= CONSECUTIVE_FAILURES_MAX) return BLOCK_LONGEST_MS
  return Math.min(BLOCK_FIRST_MS * 2 ** blocks, BLOCK_LONGEST_MS)
}
