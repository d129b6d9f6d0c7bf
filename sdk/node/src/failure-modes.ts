import { readPath } from './route-path.ts'
import { compilePattern, matchesExactly, matchesFolded, type RoutePattern } from './route-pattern.ts'

/** What a route does when the status is unknown; `ttl` is an ISO 8601 duration such as `PT5S`. */
export type FailureMode =
  | { readonly path: string; readonly mode: 'open' | 'closed' }
  | { readonly path: string; readonly mode: 'last-known'; readonly ttl: string }

/** The mode in force for a request. */
export type ModeInForce = { readonly mode: 'open' | 'closed' } | { readonly mode: 'last-known'; readonly ttlMs: number }

/** A checked `FailureMode`. */
export type FailureRule = { readonly pattern: RoutePattern; readonly inForce: ModeInForce }

const closed: ModeInForce = { mode: 'closed' }

/** Checks and compiles failure modes; faults are told in words, all of them. */
export const parseFailureModes = (
  modes: readonly FailureMode[],
): { readonly rules: readonly FailureRule[]; readonly faults: readonly string[] } => {
  const rules: FailureRule[] = []
  const faults: string[] = []
  for (const [index, entry] of modes.entries()) {
    const pattern = compilePattern(entry.path)
    const inForce = parseMode(entry)
    if (typeof pattern === 'string') faults.push(`failureModes[${index}].path: ${pattern}`)
    if (typeof inForce === 'string') faults.push(`failureModes[${index}]: ${inForce}`)
    if (typeof pattern !== 'string' && typeof inForce !== 'string') rules.push({ pattern, inForce })
  }
  return { rules, faults }
}

const parseMode = (entry: FailureMode): ModeInForce | string => {
  // A configuration from a file may hold what its type does not allow.
  if (!modes.includes(entry.mode)) return 'mode must be open, closed or last-known'
  if (entry.mode !== 'last-known') return { mode: entry.mode }
  const ttlMs = parseDuration(entry.ttl)
  return ttlMs === undefined ? 'ttl must be a duration such as PT5S' : { mode: 'last-known', ttlMs }
}

const modes: readonly string[] = ['open', 'closed', 'last-known']

/** Reads an ISO 8601 duration of days, hours, minutes and seconds as ms; undefined if it is none. */
export const parseDuration = (text: string): number | undefined => {
  if (typeof text !== 'string') return undefined
  const parts = /^P(?:(\d{1,6})D)?(?:T(?=\d)(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,9}(?:\.\d{1,3})?)S)?)?$/.exec(text)
  if (parts === null || text === 'P') return undefined
  const [, days = '0', hours = '0', minutes = '0', seconds = '0'] = parts
  return (((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000
}

/**
 * The mode of a request target: the first rule that matches, `closed` if none does.
 * Routers read one path in several ways; each way is asked and the strictest answer counts, and a path that is not plain is `closed`.
 */
export const failureModeOf = (rules: readonly FailureRule[], target: string): ModeInForce => {
  const readings = readPath(target)
  if (readings === undefined) return closed
  const candidates = readings.flatMap((reading) => [
    rules.find((rule) => matchesExactly(rule.pattern, reading))?.inForce ?? closed,
    rules.find((rule) => matchesFolded(rule.pattern, reading))?.inForce ?? closed,
  ])
  return candidates.reduce((strictest, mode) => (laxity(mode) < laxity(strictest) ? mode : strictest))
}

const laxity = (mode: ModeInForce): number => {
  if (mode.mode === 'last-known') return mode.ttlMs
  return mode.mode === 'closed' ? -1 : Number.POSITIVE_INFINITY
}

/** Whether a request target is exempt: only if every way to read it matches one of the patterns, letter by letter. */
export const isExempt = (patterns: readonly RoutePattern[], target: string): boolean => {
  if (patterns.length === 0) return false
  const readings = readPath(target)
  return readings?.every((reading) => patterns.some((pattern) => matchesExactly(pattern, reading))) ?? false
}
