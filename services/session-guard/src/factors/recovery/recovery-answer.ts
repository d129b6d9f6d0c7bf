import type { Factor } from '@watchword/contracts'
import type { GuardParts } from '../../guard-parts.ts'
import type { Owner } from '../../lock-stage/lock-record.ts'
import { answerableFactors, type FactorAnswer } from '../opened-factors.ts'
import { indexOfCode } from './recovery-set.ts'

/** Looks for the code among the recovery codes of the user; throws as `answerableFactors`. */
export function recoveryAnswerOf(
  parts: Pick<GuardParts, 'sealer' | 'logger'>,
  owner: Owner,
  factors: readonly Factor[],
  code: string,
): FactorAnswer {
  // There is one set: a new one takes the place of the old.
  const [{ factor, secret }] = answerableFactors(parts, owner, factors)
  const step = indexOfCode(secret, code)
  return { factor, passed: step !== null, step, backedUp: null, fault: null }
}
