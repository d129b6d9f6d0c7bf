import type { Factor, UserLocks } from './state.ts'

const RECOVERY_CODES_MAX = 31

/**
 * Uses up the step of an answer: the factor's new `lastStep`, or `used` when the step was used before. A TOTP step must be
 * greater than the last; a recovery code's index, 0 to 30, must not have been used. One that is missing or out of range counts as used.
 */
export function useStep(
  factor: Factor,
  step: number | null,
): Readonly<{ status: 'fresh'; lastStep: number | null }> | Readonly<{ status: 'used' }> {
  if (factor.kind === 'recovery-code') return useRecoveryCode(factor, step)
  // Passkeys have no step; a counter that the edge wants to be checked is one.
  if (step === null && factor.kind === 'webauthn') return { status: 'fresh', lastStep: factor.lastStep }
  if (step === null || !Number.isSafeInteger(step)) return { status: 'used' }
  if (factor.lastStep !== null && step <= factor.lastStep) return { status: 'used' }
  return { status: 'fresh', lastStep: step }
}

function useRecoveryCode(factor: Factor, index: number | null): ReturnType<typeof useStep> {
  if (index === null || !Number.isInteger(index) || index < 0 || index >= RECOVERY_CODES_MAX) return { status: 'used' }
  const codes = factor.lastStep ?? 0
  const bit = 2 ** index
  return Math.floor(codes / bit) % 2 === 1 ? { status: 'used' } : { status: 'fresh', lastStep: codes + bit }
}

/** The state with the step of an answer used up. */
export function withUsedStep(state: UserLocks, id: string, step: number | null): UserLocks {
  const used = (factor: Factor): Factor => {
    const use = useStep(factor, step)
    return use.status === 'fresh' ? { ...factor, lastStep: use.lastStep } : factor
  }
  return { ...state, factors: state.factors.map((factor) => (factor.id === id ? used(factor) : factor)) }
}
