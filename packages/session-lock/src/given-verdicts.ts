import { VERDICTS_MAX } from './limits.ts'
import type { GivenVerdict } from './state.ts'

/** Whether this very verdict is the latest one of its assessment. */
export function isStanding(verdicts: readonly GivenVerdict[], { assessment, verdict, by }: GivenVerdict): boolean {
  return verdicts.some((one) => one.assessment === assessment && one.verdict === verdict && one.by === by)
}

/**
 * The verdicts with one more: the latest of each assessment, the oldest of which make room. What an operator has confirmed compromised stays so
 * whatever the user says: whoever reads the mailbox could say it.
 */
export function withVerdict(verdicts: readonly GivenVerdict[], given: GivenVerdict): readonly GivenVerdict[] {
  const { assessment, verdict, by } = given
  if (by === 'user' && isStanding(verdicts, { assessment, verdict: 'confirmed-compromised', by: 'operator' }))
    return verdicts
  const others = verdicts.filter((one) => one.assessment !== assessment)
  return [...others, { assessment, verdict, by }].slice(-VERDICTS_MAX)
}
