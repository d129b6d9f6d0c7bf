const kept = new Set([
  'accept',
  'accept-encoding',
  'accept-language',
  'cache-control',
  'dnt',
  'sec-gpc',
  'x-forwarded-proto',
])
const keptPrefixes = ['sec-ch-', 'sec-fetch-']
const valueLengthMax = 512

/** The headers that say something of the client and nothing of its secrets; all others are dropped. Names in lower case. */
export function allowedHeaders(
  headers: Readonly<Record<string, unknown>> | undefined,
): Readonly<Record<string, string>> {
  if (headers === undefined) return {}
  const allowed: Record<string, string> = {}
  for (const [given, value] of Object.entries(headers)) {
    const name = given.toLowerCase()
    if (!kept.has(name) && !keptPrefixes.some((prefix) => name.startsWith(prefix))) continue
    const text = Array.isArray(value) ? value.filter((part) => typeof part === 'string').join(', ') : value
    if (typeof text === 'string') allowed[name] = text.slice(0, valueLengthMax)
  }
  return allowed
}
