import type { Factor } from '@watchword/contracts'
import type { GuardParts } from '../guard-parts.ts'
import type { Owner } from '../lock-stage/lock-record.ts'
import { answerableFactors, type FactorAnswer } from './opened-factors.ts'
import { totpStepOf } from './totp.ts'

type Parts = Pick<GuardParts, 'sealer' | 'clock' | 'logger'>

/** Looks for the code among these factors, all of them each time; throws as `answerableFactors`. */
export function totpAnswerOf(
  parts: Parts,
  owner: Owner,
  factors: readonly Factor[],
  code: string,
  pastSteps: number,
): FactorAnswer {
  const now = parts.clock.now()
  const [first, ...others] = answerableFactors(parts, owner, factors)
  const answerOf = ({ factor, secret }: typeof first): FactorAnswer => {
    const step = totpStepOf(secret, code, now, pastSteps)
    return { factor, passed: step !== null, step, backedUp: null, fault: null }
  }
  const answers = [answerOf(first), ...others.map(answerOf)] as const
  // Of several devices with the same secret the one whose step is still unused counts.
  const passed = answers.filter((answer) => answer.passed)
  const unused = passed.find(({ factor, step }) => (step ?? 0) > (factor.lastStep ?? -1))
  return unused ?? passed[0] ?? answers[0]
}
