/** The seconds of `Prefer: wait=N` (RFC 7240), at most `secondsMax`; undefined when it is not asked for. */
export function waitSeconds(prefer: string | readonly string[] | undefined, secondsMax: number): number | undefined {
  if (prefer === undefined) return undefined
  const text = typeof prefer === 'string' ? prefer : prefer.join(',')
  const preference = text.split(',').find((part) => /^\s*wait\s*=/i.test(part))
  const match = preference === undefined ? null : /^\s*wait\s*=\s*"?(\d{1,6})"?\s*(?:;.*)?$/i.exec(preference)
  const seconds = match === null ? 0 : Number(match[1])
  return seconds > 0 ? Math.min(seconds, secondsMax) : undefined
}
