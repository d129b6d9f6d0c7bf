import { hash, timingSafeEqual } from 'node:crypto'

/** The parts of `ww_<keyId>_<secret>`. */
export type PresentedKey = Readonly<{ keyId: string; secret: string }>

const form = /^ww_([A-Za-z0-9]{4,40})_([A-Za-z0-9_-]{20,128})$/

/** A new key: its id, its secret of 256 random bits, and the text that holds both. */
export function newKey(randomBytes: (size: number) => Uint8Array): PresentedKey & Readonly<{ text: string }> {
  const keyId = Buffer.from(randomBytes(10)).toString('hex')
  const secret = Buffer.from(randomBytes(32)).toString('base64url')
  return { keyId, secret, text: `ww_${keyId}_${secret}` }
}

/** Reads a key text; undefined when it does not have the form of one. */
export function parseKey(text: string): PresentedKey | undefined {
  const match = form.exec(text)
  return match?.[1] === undefined || match[2] === undefined ? undefined : { keyId: match[1], secret: match[2] }
}

/** SHA-256 of the secret, base64url: secrets are 256 random bits, so a fast hash keeps them (no password stretching is needed). */
export function hashSecret(secret: string): string {
  return hash('sha256', secret, 'base64url')
}

/** Compares in constant time. */
export function secretMatches(secret: string, secretHash: string): boolean {
  const presented = Buffer.from(hashSecret(secret))
  const stored = Buffer.from(secretHash)
  return presented.length === stored.length && timingSafeEqual(presented, stored)
}
