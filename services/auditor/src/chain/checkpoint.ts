import { createPrivateKey, createPublicKey, hash, type KeyObject, sign, verify } from 'node:crypto'
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import type { ChainHead } from './chain-heads.ts'

/** 32 bytes in base64url. */
const coordinate = Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' })

const publicMembers = { kty: Type.Literal('OKP'), crv: Type.Literal('Ed25519'), x: coordinate }

/** An Ed25519 private key as a JWK (RFC 8037). */
export const signingJwkSchema = Type.Object({ ...publicMembers, d: coordinate })

/** The same, or its public half alone. */
export const anyJwkSchema = Type.Object({ ...publicMembers, d: Type.Optional(coordinate) })

export type SigningJwk = Static<typeof signingJwkSchema>

/** The public half. */
export type PublicJwk = Readonly<Omit<SigningJwk, 'd'>>

const headerSchema = Type.Object({
  alg: Type.Literal('EdDSA'),
  typ: Type.Literal('watchword-audit-checkpoint+jws'),
  kid: Type.String(),
})

const payloadSchema = Type.Object({
  number: Type.Integer({ minimum: 1 }),
  at: Type.String(),
  previous: Type.Union([Type.Null(), Type.String()]),
  chains: Type.Array(
    Type.Object({
      topic: Type.String(),
      partition: Type.Integer({ minimum: 0 }),
      offset: Type.Integer({ minimum: 0 }),
      hash: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    }),
  ),
})

/** What a checkpoint says: where the chains ended that had grown since the one before it. `previous` is the digest of that one. */
export type Checkpoint = Static<typeof payloadSchema>

/** Signs checkpoints as compact JWS (RFC 7515), which any tool can verify. */
export interface CheckpointSigner {
  readonly publicJwk: PublicJwk
  sign(checkpoint: Checkpoint): string
}

export function createCheckpointSigner({ kty, crv, x, d }: SigningJwk): CheckpointSigner {
  const key = createPrivateKey({ key: { kty, crv, x, d }, format: 'jwk' })
  const publicJwk = { kty, crv, x }
  const header = { alg: 'EdDSA', typ: 'watchword-audit-checkpoint+jws', kid: thumbprint(publicJwk) }
  return {
    publicJwk,
    sign(checkpoint) {
      const body = `${encoded(header)}.${encoded(checkpoint)}`
      return `${body}.${sign(null, Buffer.from(body), key).toString('base64url')}`
    },
  }
}

/** Reads what one of the keys has signed; undefined for anything else. */
export function readCheckpoint(text: string, keys: readonly PublicJwk[]): Checkpoint | undefined {
  const [head = '', payload = '', signature = '', ...more] = text.split('.')
  const header = decoded(head)
  if (more.length > 0 || !Value.Check(headerSchema, header)) return undefined
  const key = keys.find((candidate) => thumbprint(candidate) === header.kid)
  if (key === undefined || !isSigned(`${head}.${payload}`, signature, publicKeyOf(key))) return undefined
  const checkpoint = decoded(payload)
  return Value.Check(payloadSchema, checkpoint) ? checkpoint : undefined
}

/** How a checkpoint names the one before it: SHA-256 of its text, base64url. */
export function digestOf(text: string): string {
  return hash('sha256', text, 'base64url')
}

/** Heads as a checkpoint holds them. */
export function chainsOf(heads: readonly ChainHead[]): Checkpoint['chains'] {
  return heads.map(({ topic, partition, offset, link }) => ({
    topic,
    partition,
    offset,
    hash: Buffer.from(link).toString('hex'),
  }))
}

/** RFC 7638. */
export function thumbprint({ crv, kty, x }: PublicJwk): string {
  return hash('sha256', JSON.stringify({ crv, kty, x }), 'base64url')
}

function publicKeyOf({ kty, crv, x }: PublicJwk): KeyObject {
  return createPublicKey({ key: { kty, crv, x }, format: 'jwk' })
}

function isSigned(body: string, signature: string, key: KeyObject): boolean {
  return verify(null, Buffer.from(body), key, Buffer.from(signature, 'base64url'))
}

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

function decoded(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString())
  } catch {
    // No JSON, so no checkpoint either.
    return undefined
  }
}
