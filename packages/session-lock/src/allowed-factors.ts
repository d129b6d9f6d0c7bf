import type { FactorKind } from './state.ts'

/** Every kind of factor, the strongest first. */
export const factorKinds: readonly FactorKind[] = ['webauthn', 'totp', 'recovery-code']

/** The kinds that may answer, in one order and without repeats; none named means every kind. */
export function allowedFactors(named: readonly FactorKind[]): readonly FactorKind[] {
  const known = factorKinds.filter((kind) => named.includes(kind))
  return known.length === 0 ? factorKinds : known
}

/**
 * What two rules allow together. Rules that exclude each other leave of the stronger one what is no weaker than all that the other would
 * take: never a lock nobody can open, and none that a weaker factor opens than either rule would take.
 */
export function narrowed(current: readonly FactorKind[], named: readonly FactorKind[]): readonly FactorKind[] {
  const other = allowedFactors(named)
  const both = current.filter((kind) => other.includes(kind))
  if (both.length > 0) return both
  const [stronger, weaker] = strength(other) < strength(current) ? [other, current] : [current, other]
  const weakest = weaker.at(-1)
  return stronger.filter((kind) => weakest === undefined || factorKinds.indexOf(kind) <= factorKinds.indexOf(weakest))
}

function strength(kinds: readonly FactorKind[]): number {
  return factorKinds.findIndex((kind) => kinds.includes(kind))
}
