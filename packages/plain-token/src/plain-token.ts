/** Header and claims of a compact JWS, not yet proven. */
export type PlainToken = Readonly<{
  header: Readonly<Record<string, unknown>>
  claims: Readonly<Record<string, unknown>>
}>

const form = /^[\w-]+\.[\w-]+\.[\w-]+$/
// A byte order mark is part of the text, and no JSON.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Reads a token that has one meaning alone; undefined for what two readers could understand differently: other alphabets, members given twice (RFC 7515, 4;
 * RFC 7519, 4), and extensions, of which none is known here (`crit`, and `b64`, which RFC 7797 forbids a JWT).
 */
export function readPlainToken(token: string, lengthMax: number): PlainToken | undefined {
  if (token.length > lengthMax || !form.test(token)) return undefined
  const [header, claims] = token.split('.', 2).map(objectOf)
  if (header === undefined || claims === undefined) return undefined
  return 'crit' in header || 'b64' in header ? undefined : { header, claims }
}

function objectOf(part: string): Record<string, unknown> | undefined {
  try {
    const text = utf8.decode(Buffer.from(part, 'base64url'))
    const value: unknown = JSON.parse(text)
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject && !hasMemberTwice(text) ? (value as Record<string, unknown>) : undefined
  } catch {
    // Neither UTF-8 nor JSON: it is no token, whatever the reason.
    return undefined
  }
}

// A member's name is a string before a colon; what stands in other strings is passed over with them.
const tokens = /"(?:[^"\\]|\\.)*"(?:\s*:)?|[{}]/g

/** Whether any object of a JSON text names a member twice, however it is written. */
function hasMemberTwice(json: string): boolean {
  const open: Set<string>[] = []
  for (const [token] of json.matchAll(tokens)) {
    if (token === '{') open.push(new Set())
    else if (token === '}') open.pop()
    else if (token.endsWith(':')) {
      const name = JSON.parse(token.slice(0, -1)) as string
      const names = open.at(-1)
      if (names?.has(name) === true) return true
      names?.add(name)
    }
  }
  return false
}
