import { type FailureMode, type FailureRule, parseFailureModes } from './failure-modes.ts'
import type { Replica } from './replica.ts'
import { parseRequiredProof, type RequiredProof } from './required-proof.ts'
import { compilePattern, type RoutePattern } from './route-pattern.ts'
import { WatchwordError } from './watchword-error.ts'

/** How a guard is made. */
export type GuardOptions = {
  /** Paths that need no check, such as `/public/**`; a path a router could read otherwise is never exempt. */
  readonly exempt?: readonly string[]
  /**
   * Paths that are answered while a session waits for its second factor, such as `/voice/**`; never once its lock has a cause. A path a
   * router could read otherwise waits.
   */
  readonly exemptWhilePending?: readonly string[]
  /** `replica` (default) looks into the locks held in this process; `http` asks the guard for each request. */
  readonly via?: 'replica' | 'http'
  /** A replica to use in place of the client's own. */
  readonly replica?: Replica
  /** In place of the client's. */
  readonly failureModes?: readonly FailureMode[]
  /** How long ago the subject's `proof` may be, an ISO 8601 duration such as `PT5M`; without a proof nobody passes. */
  readonly maxAge?: string
  /** The authentication contexts that the subject's `proof` may have, any of them or above: `phr` is above `urn:watchword:acr:mfa`. Without a proof nobody passes. */
  readonly acr?: string | readonly string[]
}

/** Checks and compiles the options of a guard; throws one `invalid-config` that names all faults. */
export const parseGuardOptions = (
  options: GuardOptions,
  inherited: readonly FailureRule[],
): {
  readonly failureRules: readonly FailureRule[]
  readonly exempt: readonly RoutePattern[]
  readonly exemptWhilePending: readonly RoutePattern[]
  readonly requiredProof: RequiredProof
} => {
  const { rules, faults } = parseFailureModes(options.failureModes ?? [])
  const all = [...faults]
  const patternsOf = (name: 'exempt' | 'exemptWhilePending'): readonly RoutePattern[] =>
    (options[name] ?? []).flatMap((path) => {
      const pattern = compilePattern(path)
      if (typeof pattern !== 'string') return [pattern]
      all.push(`${name} ${path}: ${pattern}`)
      return []
    })
  const exempt = patternsOf('exempt')
  const exemptWhilePending = patternsOf('exemptWhilePending')
  const requiredProof = parseRequiredProof(options)
  if (typeof requiredProof === 'string') all.push(requiredProof)
  if (typeof requiredProof === 'string' || all.length > 0) throw new WatchwordError('invalid-config', all.join('; '))
  const failureRules = options.failureModes === undefined ? inherited : rules
  return { failureRules, exempt, exemptWhilePending, requiredProof }
}
