import type { LockPolicy } from '@watchword/contracts'
import { durationMs } from './duration.ts'
import type { PolicyDocument } from './policy-schema.ts'

/** What the lock stage needs of a policy, durations in milliseconds. */
export function lockPolicyOf(document: Pick<PolicyDocument, 'verification'>): LockPolicy {
  const { window, onExpiry, attempts, challengeTtl, totpPastSteps } = document.verification
  return {
    windowMs: checkedMs(window),
    onExpiry,
    attemptsAllowed: attempts,
    challengeTtlMs: checkedMs(challengeTtl),
    totpPastSteps,
  }
}

function checkedMs(text: string): number {
  const ms = durationMs(text)
  if (ms === undefined) throw new RangeError('a duration that parsePolicy would refuse')
  return ms
}
