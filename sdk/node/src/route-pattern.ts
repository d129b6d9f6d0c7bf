import type { PathReading } from './route-path.ts'

/** A compiled path pattern: `*` is any run within a segment, `**` any number of whole segments, none included. */
export type RoutePattern = { readonly exact: readonly string[]; readonly folded: readonly string[] }

/** Compiles a pattern such as `/transfers/**`; returns a fault in words if it cannot be one. */
export const compilePattern = (pattern: string): RoutePattern | string => {
  if (typeof pattern !== 'string' || !pattern.startsWith('/')) return 'a path pattern must start with a slash'
  const exact = pattern.slice(1).split('/')
  if (exact.some((segment) => segment !== '**' && segment.includes('**'))) return '** must be a whole segment'
  if (exact.some((segment) => segment === '.' || segment === '..')) return 'a path pattern cannot hold dot segments'
  if (exact.slice(0, -1).includes('')) return 'a path pattern cannot hold empty segments'
  if (/[?#\\%;]/.test(pattern)) return 'a path pattern is a decoded path without ? # \\ % ;'
  return { exact, folded: exact.map((segment) => segment.toLowerCase()) }
}

/** Whether a pattern matches a reading of a path, letter by letter. */
export const matchesExactly = (pattern: RoutePattern, reading: PathReading): boolean =>
  matchSegments(pattern.exact, reading)

/** Whether a pattern matches a reading of a path when letter case does not count. */
export const matchesFolded = (pattern: RoutePattern, reading: PathReading): boolean =>
  matchSegments(
    pattern.folded,
    reading.map((segment) => segment.toLowerCase()),
  )

const matchSegments = (pattern: readonly string[], path: readonly string[]): boolean =>
  matchWildcards(pattern, path, '**', matchSegment)

const matchSegment = (pattern: string, segment: string): boolean =>
  pattern.includes('*')
    ? matchWildcards(pattern.split(''), segment.split(''), '*', (a, b) => a === b)
    : pattern === segment

// Greedy with one point of return: linear memory and at most pattern x path steps, whatever a client sends.
const matchWildcards = (
  pattern: readonly string[],
  path: readonly string[],
  wildcard: string,
  same: (pattern: string, part: string) => boolean,
): boolean => {
  let patternAt = 0
  let pathAt = 0
  let wildcardAt = -1
  let resumeAt = 0
  while (pathAt < path.length) {
    const expected = pattern[patternAt]
    if (expected === wildcard) {
      wildcardAt = patternAt++
      resumeAt = pathAt
    } else if (expected !== undefined && same(expected, path[pathAt] ?? '')) {
      patternAt++
      pathAt++
    } else if (wildcardAt !== -1) {
      patternAt = wildcardAt + 1
      pathAt = ++resumeAt
    } else {
      return false
    }
  }
  while (pattern[patternAt] === wildcard) patternAt++
  return patternAt === pattern.length
}
