import { signalCatalogue } from './catalogue.ts'
import type { SignalCode } from './catalogue.ts'
import type { Cuts, Policy } from './policy.ts'

/** A policy made ready for `assess`; make it once for each version. */
export interface CompiledPolicy {
  readonly policy: Policy
  readonly cuts: Cuts
  readonly blockedCountries: ReadonlySet<string>
  /** Points by tier; all zero for a signal that is switched off. */
  readonly points: Readonly<Record<SignalCode, readonly number[]>>
  /** Points of codes that only the app's own detectors know. */
  readonly appPoints: ReadonlyMap<string, number>
}

/** The cuts of the two fixed profiles. */
export const profileCuts = {
  strict: { medium: 30, high: 50 },
  balanced: { medium: 50, high: 70 },
} as const

/** A policy that cannot be compiled; such a document must be refused where it is put. */
export class PolicyError extends Error {
  readonly code: 'invalid-cuts' | 'invalid-points'

  constructor(code: 'invalid-cuts' | 'invalid-points', message: string) {
    super(message)
    this.name = 'PolicyError'
    this.code = code
  }
}

/** Compiles a policy. Throws PolicyError for cuts that are missing or out of order (0 < medium < high <= 100), or points outside 0..100. */
export function compilePolicy(policy: Policy): CompiledPolicy {
  const points: Record<string, readonly number[]> = {}
  for (const [code, { points: tiers }] of Object.entries(signalCatalogue)) {
    points[code] = overriddenTiers(policy, code, tiers)
  }
  const appPoints = new Map<string, number>()
  for (const code of Object.keys(policy.signals).sort()) {
    if (!Object.hasOwn(signalCatalogue, code)) appPoints.set(code, overriddenTiers(policy, code, [0])[0] ?? 0)
  }
  return {
    policy,
    cuts: cutsOf(policy),
    blockedCountries: new Set(policy.blockedCountries.map((country) => country.toUpperCase())),
    points: points as Record<SignalCode, readonly number[]>,
    appPoints,
  }
}

function cutsOf(policy: Policy): Cuts {
  if (policy.profile !== 'custom') return profileCuts[policy.profile]
  const cuts = policy.cuts
  if (cuts === null || !(cuts.medium > 0 && cuts.medium < cuts.high && cuts.high <= 100)) {
    throw new PolicyError('invalid-cuts', 'custom cuts need 0 < medium < high <= 100')
  }
  return cuts
}

function overriddenTiers(policy: Policy, code: string, tiers: readonly number[]): readonly number[] {
  const override = Object.hasOwn(policy.signals, code) ? policy.signals[code] : undefined
  if (override === undefined) return tiers
  if (!override.enabled) return tiers.map(() => 0)
  const { points } = override
  if (points === null) return tiers
  if (!(points >= 0 && points <= 100)) throw new PolicyError('invalid-points', 'points must lie between 0 and 100')
  const highest = tiers[0] ?? 0
  return tiers.map((tier) => Math.round(highest === 0 ? points : (points * tier) / highest))
}
