import { constants, generateKeyPairSync, type JsonWebKey, type KeyObject, sign } from 'node:crypto'

/** The signature algorithms of JOSE (RFC 7518, RFC 8037, RFC 8812, RFC 9864) that a key pair can make here. */
export const algorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'ES256K',
  'EdDSA',
  'Ed25519',
] as const

export type Algorithm = (typeof algorithms)[number]

/** A key pair that signs by one algorithm. */
export type SigningKey = Readonly<{
  alg: Algorithm
  kid: string
  privateKey: KeyObject
  publicKey: KeyObject
  /** The public half, as a key set publishes it. */
  jwk: JsonWebKey & Readonly<{ kid: string; alg: string }>
}>

const curves = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521', ES256K: 'secp256k1' } as const

/** A new key of this algorithm; 2048 bits where it is RSA. */
export function signingKey(alg: Algorithm, kid: string): SigningKey {
  const { privateKey, publicKey } = pairOf(alg)
  return { alg, kid, privateKey, publicKey, jwk: { ...publicKey.export({ format: 'jwk' }), kid, alg } }
}

function pairOf(alg: Algorithm) {
  if (isElliptic(alg)) return generateKeyPairSync('ec', { namedCurve: curves[alg] })
  return alg.startsWith('Ed') ? generateKeyPairSync('ed25519') : generateKeyPairSync('rsa', { modulusLength: 2048 })
}

/** The signature of a JWS by this key, as its algorithm says. */
export function signatureOf(data: string, { alg, privateKey: key }: SigningKey): Buffer {
  const bytes = Buffer.from(data)
  if (alg.startsWith('Ed')) return sign(null, bytes, key)
  const digest = alg === 'ES256K' ? 'sha256' : `sha${alg.slice(2)}`
  if (isElliptic(alg)) return sign(digest, bytes, { key, dsaEncoding: 'ieee-p1363' })
  if (alg.startsWith('RS')) return sign(digest, bytes, key)
  const { RSA_PKCS1_PSS_PADDING: padding, RSA_PSS_SALTLEN_DIGEST: saltLength } = constants
  return sign(digest, bytes, { key, padding, saltLength })
}

function isElliptic(alg: Algorithm): alg is keyof typeof curves {
  return Object.hasOwn(curves, alg)
}
