import { accept, refuse } from '@watchword/decider'
import { countsWhileBlocked, failed, isBlocked } from './attempts.ts'
import type { LockRefusal, SubmitVerification } from './commands.ts'
import { confirmFactor } from './confirm-factor.ts'
import type { LockDecision } from './events.ts'
import { hasRoom, challengeUse, isUsed } from './single-use.ts'
import type { Factor, Lock, UserLocks } from './state.ts'
import { useStep, usedReason } from './step.ts'
import { takenBy } from './taken-challenge.ts'
import { unlockedBy } from './unlock.ts'

/** Judges an answer: the single-use half of a verification, whose stateless half the edge has done. */
export function submitVerification(command: SubmitVerification, state: UserLocks): LockDecision {
  const { at, data } = command
  const answering = state.factors.find((one) => one.id === data.factor)
  if (isBlocked(state, at) && !countsWhileBlocked(answering, data.passed)) return refuse('too-many-attempts')
  if (isStale(command, state)) return refuse('stale-challenge')
  if (!hasRoom(state)) return refuse('too-many-uses')
  if (data.purpose !== 'unlock') return confirmFactor(command, state)

  const lock = state.locks.find((one) => one.id === data.lock && one.version === data.lockVersion)
  if (lock === undefined) return refuse('stale-challenge')
  const factor = state.factors.find((one) => one.id === data.factor && one.status === 'active')
  if (factor === undefined) return refuse('factor-not-active')
  const unfit = unfitFor(lock, factor, state)
  if (unfit !== null) return refuse(unfit)

  const step = useStep(factor, data.step)
  if (data.passed && step.status === 'fresh') return accept(...unlockedBy(command, lock, factor, state))
  const { attemptsAllowed } = lock.policy
  const taken = takenBy(factor, data.challenge, data.challengeExpiresAt)
  const reason = data.passed ? usedReason(factor) : (data.fault ?? 'wrong-answer')
  return accept(...failed(state, at, { lock, factor: factor.id, reason, taken, attemptsAllowed }))
}

function isStale({ at, data }: SubmitVerification, state: UserLocks): boolean {
  if (data.challenge === null) return data.purpose === 'unlock'
  if (data.challengeExpiresAt === null || at >= data.challengeExpiresAt) return true
  return isUsed(state, challengeUse(data.challenge))
}

function unfitFor(lock: Lock, factor: Factor, state: UserLocks): LockRefusal | null {
  if (!lock.factors.includes(factor.kind)) return 'factor-not-allowed'
  // Who has stolen a session must not enrol a factor and then open the lock with it; counted from the cause, for the lock comes later.
  const isNew = factor.activatedAt === null || factor.activatedAt > lock.suspectSince
  const isFirstEver = factor.byTicket && state.activations === 1
  return isNew && !isFirstEver ? 'factor-too-new' : null
}
