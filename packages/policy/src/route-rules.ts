/** No app has routes as deep as this; whoever asks for one makes every pattern be compared with it. */
const segmentsMax = 256

/**
 * The first rule whose pattern matches an address, or what holds without one, which is the strictest. An address that the app may read
 * otherwise than the proxy (another letter case, encoded slashes, dots) gets the stricter of both readings, or the strictest.
 */
export function ruleFor<Rule extends Readonly<{ path: string }>, Strictest>(
  rules: readonly Rule[],
  uri: string,
  { strictest, strictnessOf }: Readonly<{ strictest: Strictest; strictnessOf: (rule: Rule | Strictest) => number }>,
): Rule | Strictest {
  const segments = segmentsOf(uri)
  if (segments === undefined) return strictest
  const folded = segments.map((segment) => segment.toLowerCase())
  const exact = rules.find(({ path }) => matches(patternOf(path), segments)) ?? strictest
  const loose = rules.find(({ path }) => matches(patternOf(path.toLowerCase()), folded)) ?? strictest
  return strictnessOf(loose) > strictnessOf(exact) ? loose : exact
}

/** Whether a pattern matches an address in any way that an app may read it. */
export function mayMatch(path: string, uri: string): boolean {
  const segments = segmentsOf(uri)
  if (segments === undefined) return true
  const folded = segments.map((segment) => segment.toLowerCase())
  return matches(patternOf(path), segments) || matches(patternOf(path.toLowerCase()), folded)
}

function patternOf(path: string): readonly string[] {
  return path.slice(1).split('/')
}

function segmentsOf(uri: string): readonly string[] | undefined {
  const [path = ''] = uri.split(/[?#]/, 1)
  if (!path.startsWith('/')) return undefined
  const raw = path.slice(1).split('/', segmentsMax + 1)
  if (raw.length > segmentsMax) return undefined
  const segments = raw.map(decoded)
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

/** `*` is one segment, `**` any number of them. With one point of return: what does not begin like the address is left at once. */
function matches(pattern: readonly string[], segments: readonly string[]): boolean {
  let at = 0
  let segment = 0
  let afterWildcard = -1
  let resumeAt = 0
  while (segment < segments.length) {
    const part = pattern[at]
    if (part === '**') {
      afterWildcard = at += 1
      resumeAt = segment
    } else if (part === '*' || part === segments[segment]) {
      at += 1
      segment += 1
    } else if (afterWildcard === -1) return false
    else {
      at = afterWildcard
      segment = resumeAt += 1
    }
  }
  while (pattern[at] === '**') at += 1
  return at === pattern.length
}
