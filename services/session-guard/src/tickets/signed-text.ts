import { createHmac, timingSafeEqual } from 'node:crypto'

/** Kinds of signed value, which are never taken for one another. */
export type SignedKind = 'wwt' | 'wwc' | 'wwh' | 'wwr' | 'wwa'

/** Signs JSON as `<kind>_<payload>.<mac>`: readable by whoever holds it, made by session-guard alone. */
export function signText(key: Uint8Array, kind: SignedKind, payload: unknown): string {
  const body = Buffer.from(JSON.stringify(payload)).toString('base64url')
  return `${kind}_${body}.${macOf(key, kind, body)}`
}

/** 32 bytes in base64url made of a text, which nobody can make without the key. */
export function deriveBytes(key: Uint8Array, purpose: 'webauthn-challenge' | 'webauthn-user', text: string): string {
  return createHmac('sha256', key).update(`watchword-${purpose}-v1\n${text}`).digest('base64url')
}

/** The payload of a signed value, or undefined when the value is not of this kind or not ours. */
export function readSigned(key: Uint8Array, kind: SignedKind, text: string): unknown {
  const prefix = `${kind}_`
  const dot = text.lastIndexOf('.')
  if (text.length > textLengthMax || !text.startsWith(prefix) || dot === -1) return undefined
  const body = text.slice(prefix.length, dot)
  const given = Buffer.from(text.slice(dot + 1))
  const expected = Buffer.from(macOf(key, kind, body))
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined
  return JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as unknown
}

/** Longer texts are never read back, characters; what would be longer must not be given out. */
export const textLengthMax = 4096

function macOf(key: Uint8Array, kind: SignedKind, body: string): string {
  return createHmac('sha256', key).update(`watchword-${kind}-v1\n${body}`).digest('base64url')
}
