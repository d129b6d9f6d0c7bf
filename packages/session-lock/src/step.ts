import type { Factor, UserLocks } from './state.ts'

const RECOVERY_CODES_MAX = 31

/**
 * Uses up the step of an answer: the factor's new `lastStep`, or `used` when the step was used before. A TOTP step and a signature
 * counter must be greater than the last; a recovery code's index, 0 to 30, must not have been used. One that is missing or out of
 * range counts as used.
 */
export function useStep(
  factor: Factor,
  step: number | null,
): Readonly<{ status: 'fresh'; lastStep: number | null }> | Readonly<{ status: 'used' }> {
  if (factor.kind === 'recovery-code') return useRecoveryCode(factor, step)
  // An authenticator that does not count says 0 each time, as synced passkeys do (WebAuthn Level 3, 6.1.1); one that has counted must go on.
  if (factor.kind === 'webauthn' && step === 0 && (factor.lastStep ?? 0) === 0) return { status: 'fresh', lastStep: 0 }
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

/** Why a used step is none: a key whose counter stands still was copied. */
export function usedReason({ kind }: Factor): string {
  return kind === 'webauthn' ? 'counter-not-risen' : 'step-used'
}

/** The state with the step of an answer used up. */
export function withUsedStep(state: UserLocks, id: string, step: number | null): UserLocks {
  const used = (factor: Factor): Factor => {
    const use = useStep(factor, step)
    return use.status === 'fresh' ? { ...factor, lastStep: use.lastStep } : factor
  }
  return { ...state, factors: state.factors.map((factor) => (factor.id === id ? used(factor) : factor)) }
}
