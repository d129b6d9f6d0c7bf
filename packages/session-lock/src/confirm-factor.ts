import { accept, refuse } from '@watchword/decider'
import { failed } from './attempts.ts'
import { isEnrolmentLocked, isOver } from './change-factors.ts'
import type { SubmitVerification } from './commands.ts'
import type { LockDecision } from './events.ts'
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
    const reason = data.passed ? 'step-used' : 'wrong-answer'
    const attemptsAllowed = ATTEMPTS_ALLOWED_DEFAULT
    return accept(...failed(state, at, { lock: null, factor: factor.id, reason, attemptsAllowed }))
  }
  const { challenge, challengeExpiresAt, app, session, context } = data
  return accept(
    { type: 'FactorActivated', at, data: { factor: factor.id, kind: factor.kind } },
    {
      type: 'VerificationPassed',
      at,
      data: {
        lock: null,
        version: null,
        challenge,
        challengeExpiresAt,
        factor: factor.id,
        factorKind: factor.kind,
        verifiedUntil: at,
        app,
        session,
        context,
        ended: false,
        vouched: [],
        disowned: [],
        step: data.step,
        pass: null,
      },
    },
  )
}
