/** Full jitter over an exponentially growing span: uniform in [0, min(maxMs, minMs * 2^attempt)), in ms. */
export const fullJitterMs = (
  attempt: number,
  bounds: { readonly minMs: number; readonly maxMs: number },
  random: () => number,
): number => random() * Math.min(bounds.maxMs, bounds.minMs * 2 ** Math.min(attempt, 30))

/** Reads a `Retry-After` header (seconds or an HTTP date) as ms from now; undefined if absent or senseless. */
export const parseRetryAfter = (header: string | null | undefined, nowMs: number): number | undefined => {
  if (header === null || header === undefined) return undefined
  const value = header.trim()
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1_000
  const date = Date.parse(value)
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs)
}
