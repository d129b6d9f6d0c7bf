import { createHmac } from 'node:crypto'
import { type SigningKey, signatureOf } from './signing-key.ts'

export type Claims = Readonly<Record<string, unknown>>

/** Header and payload as JSON text, so that what JSON.stringify would not write can stand in them. */
export type Written = Readonly<{ header: string; payload: string }>

export function written(header: Claims, claims: Claims): Written {
  return { header: JSON.stringify(header), payload: JSON.stringify(claims) }
}

/** What is signed: the first two parts of a compact JWS. */
export function signingInput({ header, payload }: Written): string {
  return `${base64url(header)}.${base64url(payload)}`
}

/** A compact JWS over the texts as they are. */
export function signedText(texts: Written, key: SigningKey): string {
  const input = signingInput(texts)
  return `${input}.${base64url(signatureOf(input, key))}`
}

/** A compact JWS with these claims. */
export function signedToken(header: Claims, claims: Claims, key: SigningKey): string {
  return signedText(written(header, claims), key)
}

/** The same with a MAC in place of a signature. */
export function macToken(header: Claims, claims: Claims, secret: string | Uint8Array): string {
  const input = signingInput(written(header, claims))
  const digest = `sha${String(header['alg']).slice(2)}`
  return `${input}.${createHmac(digest, secret).update(input).digest('base64url')}`
}

export function base64url(bytes: string | Uint8Array): string {
  return Buffer.from(bytes).toString('base64url')
}
