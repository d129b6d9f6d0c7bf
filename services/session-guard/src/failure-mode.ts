/** What a route does while nobody knows how the user stands. */
export type FailureMode = Readonly<{ mode: 'open' | 'closed' | 'last-known'; ttlMs: number }>

export type FailureRule = FailureMode & Readonly<{ path: string }>

const closed: FailureMode = { mode: 'closed', ttlMs: 0 }

/**
 * The mode of the first rule whose pattern matches; `closed` without one. An address that the app may read otherwise than the proxy
 * (another letter case, encoded slashes, dots) gets the stricter mode of both readings, or `closed`.
 */
export function failureModeOf(rules: readonly FailureRule[], uri: string): FailureMode {
  const segments = segmentsOf(uri)
  if (segments === undefined) return closed
  const folded = segments.map((segment) => segment.toLowerCase())
  const exact = rules.find(({ path }) => matches(patternOf(path), segments)) ?? closed
  const loose = rules.find(({ path }) => matches(patternOf(path.toLowerCase()), folded)) ?? closed
  return strictness[loose.mode] > strictness[exact.mode] ? loose : exact
}

const strictness = { open: 0, 'last-known': 1, closed: 2 } as const

function patternOf(path: string): readonly string[] {
  return path.slice(1).split('/')
}

function segmentsOf(uri: string): readonly string[] | undefined {
  const [path = ''] = uri.split(/[?#]/, 1)
  if (!path.startsWith('/')) return undefined
  const segments = path.slice(1).split('/').map(decoded)
  const plain = segments.every(
    (segment, index) =>
      segment !== undefined &&
      !/[/\\;\0]/.test(segment) &&
      segment !== '.' &&
      segment !== '..' &&
      (segment !== '' || index === segments.length - 1),
  )
  return plain ? segments.map((segment) => segment ?? '') : undefined
}

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment)
  } catch {
    return undefined
  }
}

/** `*` is one segment, `**` any number of them. Pattern by pattern over all positions: no address makes it slow. */
function matches(pattern: readonly string[], segments: readonly string[]): boolean {
  let reachable: readonly boolean[] = Array.from({ length: segments.length + 1 }, (_, index) => index === 0)
  for (const part of pattern) reachable = part === '**' ? anyFrom(reachable) : step(reachable, segments, part)
  return reachable[segments.length] === true
}

function anyFrom(reachable: readonly boolean[]): readonly boolean[] {
  const first = reachable.indexOf(true)
  return reachable.map((_, index) => first !== -1 && index >= first)
}

function step(reachable: readonly boolean[], segments: readonly string[], part: string): readonly boolean[] {
  return reachable.map((_, index) => {
    if (index === 0 || reachable[index - 1] !== true) return false
    return part === '*' || part === segments[index - 1]
  })
}
