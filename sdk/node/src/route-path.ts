/** One way an app's router may read a request path: decoded or not, with or without its trailing slash. */
export type PathReading = readonly string[]

/** Every way a path may be read; undefined if it is not plain, which means nothing may be concluded from it. */
export const readPath = (target: string): readonly PathReading[] | undefined => {
  const queryAt = target.indexOf('?')
  const path = queryAt === -1 ? target : target.slice(0, queryAt)
  if (!path.startsWith('/') || !isPlain(path)) return undefined
  const raw = path.slice(1).split('/')
  if (raw.some((segment, index) => segment === '' && index < raw.length - 1)) return undefined
  if (raw.some((segment) => segment === '.' || segment === '..')) return undefined
  const decoded = path.includes('%') ? decodeSegments(raw) : raw
  if (decoded === undefined) return undefined
  const readings = decoded === raw ? [raw] : [raw, decoded]
  return path.endsWith('/') && path !== '/' ? readings.flatMap((reading) => [reading, reading.slice(0, -1)]) : readings
}

// RFC 3986 pchar without ";", which some routers cut at. An escaped unreserved character, slash, backslash, percent,
// semicolon or control is what no honest client sends and what routers disagree about.
const plainPath = /^(?:[A-Za-z0-9\-._~!$&'()*+,=:@/]|%[0-9A-Fa-f]{2})*$/
const disputedEscape = /%(?:[01][0-9A-Fa-f]|7F|2[35DEF]|3[0-9BF]|5C|5F|7E|4[1-9A-F]|5[0-9A]|6[1-9A-F]|7[0-9A])/i
const isPlain = (path: string): boolean => plainPath.test(path) && !disputedEscape.test(path)

const decodeSegments = (segments: readonly string[]): string[] | undefined => {
  try {
    return segments.map((segment) => decodeURIComponent(segment))
  } catch {
    return undefined
  }
}
