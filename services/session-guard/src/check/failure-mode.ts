import { ruleFor } from '@watchword/policy'

/** What a route does while nobody knows how the user stands. */
export type FailureMode = Readonly<{ mode: 'open' | 'closed' | 'last-known'; ttlMs: number }>

export type FailureRule = FailureMode & Readonly<{ path: string }>

const closed: FailureMode = { mode: 'closed', ttlMs: 0 }
const strictness = { open: 0, 'last-known': 1, closed: 2 } as const

/** The mode of the first rule whose pattern matches; `closed` without one, and the stricter one where an address has two readings. */
export function failureModeOf(rules: readonly FailureRule[], uri: string): FailureMode {
  return ruleFor<FailureRule, FailureMode>(rules, uri, {
    strictest: closed,
    strictnessOf: ({ mode }) => strictness[mode],
  })
}
