import { problem } from '@watchword/service-kit'
import type { Factor } from '@watchword/contracts'
import type { GuardParts } from '../guard-parts.ts'
import { totpStepOf } from './totp.ts'

/** Which factor a code belongs to; `passed` is false when it belongs to none of them. */
export type TotpAnswer = Readonly<{ factor: Factor; passed: boolean; step: number | null }>

type Parts = Pick<GuardParts, 'view' | 'sealer' | 'clock' | 'logger'>

/**
 * Looks for the code among these factors, all of them each time; throws `no-factor` when there is none, and `unavailable` when this replica
 * can open none of them: it has other keys than the one that sealed them, which is no mistake of the person.
 */
export function totpAnswerOf(
  { sealer, clock, logger }: Parts,
  owner: Readonly<{ tenant: string; user: string }>,
  factors: readonly Factor[],
  code: string,
  pastSteps: number,
): TotpAnswer {
  const now = clock.now()
  const answers = factors.flatMap((factor): readonly TotpAnswer[] => {
    const secret = factor.sealed === null ? undefined : sealer.open({ ...owner, factor: factor.id }, factor.sealed)
    if (secret === undefined) {
      logger.error({ factor: factor.id }, 'a factor could not be unsealed')
      return []
    }
    const step = totpStepOf(secret, code, now, pastSteps)
    return [{ factor, passed: step !== null, step }]
  })
  // Of several devices with the same secret the one whose step is still unused counts.
  const passed = answers.filter((answer) => answer.passed)
  const unused = passed.find(({ factor, step }) => (step ?? 0) > (factor.lastStep ?? -1))
  const answer = unused ?? passed[0] ?? answers[0]
  if (answer === undefined) throw problem(factors.length === 0 ? 'no-factor' : 'unavailable')
  return answer
}
