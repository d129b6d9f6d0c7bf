import type { Factor } from '@watchword/contracts'
import { problem } from '@watchword/service-kit'
import type { GuardParts } from '../guard-parts.ts'
import type { Owner } from '../lock-stage/lock-record.ts'

/** A factor and what is sealed in it. */
export type OpenedFactor = Readonly<{ factor: Factor; secret: Uint8Array }>

/** Which factor an answer belongs to, and what it is worth to the fold; `passed` is false when it belongs to none of them. */
export type FactorAnswer = Readonly<{
  factor: Factor
  passed: boolean
  step: number | null
  /** What a passkey says of where its key is kept; null where nothing says it. */
  backedUp: boolean | null
  fault: string | null
}>

/** The factors whose secrets this replica can open; one that it cannot is logged. */
export function openedFactors(
  { sealer, logger }: Pick<GuardParts, 'sealer' | 'logger'>,
  owner: Owner,
  factors: readonly Factor[],
): readonly OpenedFactor[] {
  return factors.flatMap((factor) => {
    const secret = factor.sealed === null ? undefined : sealer.open({ ...owner, factor: factor.id }, factor.sealed)
    if (secret !== undefined) return [{ factor, secret }]
    logger.error({ factor: factor.id }, 'a factor could not be unsealed')
    return []
  })
}

/**
 * The factors that an answer is compared with, at least one. Throws `no-factor` when there is none, and `unavailable` when this replica can
 * open none of them: it has other keys than the one that sealed them, which is no mistake of the person.
 */
export function answerableFactors(
  parts: Pick<GuardParts, 'sealer' | 'logger'>,
  owner: Owner,
  factors: readonly Factor[],
): readonly [OpenedFactor, ...OpenedFactor[]] {
  const [first, ...others] = openedFactors(parts, owner, factors)
  if (first === undefined) throw problem(factors.length === 0 ? 'no-factor' : 'unavailable')
  return [first, ...others]
}
