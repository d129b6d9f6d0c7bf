import { accept, refuse } from '@watchword/decider'
import { failed } from './attempts.ts'
import { isEnrolmentLocked, isOver } from './change-factors.ts'
import type { SubmitVerification } from './commands.ts'
import type { LockDecision, LockEvent } from './events.ts'
import { factorProved } from './factor-proved.ts'
import { ATTEMPTS_ALLOWED_DEFAULT } from './limits.ts'
import type { UserLocks } from './state.ts'
import { useStep } from './step.ts'

/** Activates a pending factor by its first answer; opens nothing, and forgives no wrong answers given before. */
export function confirmFactor(command: SubmitVerification, state: UserLocks): LockDecision {
  const { at, data } = command
  const factor = state.factors.find((one) => one.id === data.factor && one.status === 'pending')
  if (factor === undefined) return refuse('factor-not-pending')
  if (isEnrolmentLocked(state, at, factor.byTicket) || isOver(state, data.app, data.session)) return refuse('locked')

  const step = useStep(factor, data.step)
  if (!data.passed || step.status === 'used') {
    const reason = data.passed ? 'step-used' : (data.fault ?? 'wrong-answer')
    const attemptsAllowed = ATTEMPTS_ALLOWED_DEFAULT
    return accept(...failed(state, at, { lock: null, factor: factor.id, reason, taken: null, attemptsAllowed }))
  }
  const activated: LockEvent = { type: 'FactorActivated', at, data: { factor: factor.id, kind: factor.kind } }
  return accept<LockEvent>(activated, factorProved(at, factor, data))
}
