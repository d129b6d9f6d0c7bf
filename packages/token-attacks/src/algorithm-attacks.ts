import { constants, publicEncrypt, randomBytes } from 'node:crypto'
import type { Attack, Material } from './attack.ts'
import { algorithms } from './signing-key.ts'
import { base64url, macToken, signedText, signedToken, signingInput, written } from './written-token.ts'

/** A verifier that does what `alg` says (RFC 8725, 2.1 and 3.1). */
export function algorithmAttacks(material: Material): readonly Attack[] {
  return [
    ...withoutSignature(material),
    ...publicKeyAsSecret(material),
    ...swapped(material),
    ...unreadable(material),
    ...encrypted(material),
  ]
}

function withoutSignature({ header, claims, key }: Material): readonly Attack[] {
  return ['none', 'None', 'NONE', 'nOnE', ''].flatMap((alg): readonly Attack[] => {
    const texts = written({ ...header, alg }, claims)
    const input = signingInput(texts)
    return [
      [`alg "${alg}" and no signature`, `${input}.`],
      [`alg "${alg}" and a signature of zeros`, `${input}.${base64url(new Uint8Array(64))}`],
      [`alg "${alg}" and the genuine signature`, signedText(texts, key)],
    ]
  })
}

function publicKeyAsSecret({ header, claims, key }: Material): readonly Attack[] {
  const { publicKey, jwk } = key
  const pem = publicKey.export({ format: 'pem', type: 'spki' }) as string
  const secrets = {
    'the public key as PEM': pem,
    'the public key as PEM without its last line end': pem.trim(),
    'the public key as DER': publicKey.export({ format: 'der', type: 'spki' }),
    'the public key as JWK': JSON.stringify(jwk),
    'the bare public key': Buffer.from(String(jwk.x ?? jwk.n), 'base64url'),
    'the id of the key': key.kid,
    nothing: '',
  }
  return ['HS256', 'HS384', 'HS512'].flatMap((alg) =>
    Object.entries(secrets).map(
      ([what, secret]): Attack => [`${alg} with ${what} as its secret`, macToken({ ...header, alg }, claims, secret)],
    ),
  )
}

function swapped({ header, claims, key, strangers }: Material): readonly Attack[] {
  const others = [...algorithms, 'RS1', 'RSA1_5', 'RSA-OAEP', 'dir', 'ES256K-R'].filter((alg) => alg !== key.alg)
  return [
    ...others.map((alg): Attack => [`${alg} said of the genuine key`, signedToken({ ...header, alg }, claims, key)]),
    ...strangers.map(
      (stranger): Attack => [
        `${stranger.alg} by a key of the attacker under the genuine key id`,
        signedToken({ ...header, alg: stranger.alg }, claims, stranger),
      ],
    ),
  ]
}

function unreadable({ header, claims, key }: Material): readonly Attack[] {
  const { alg: _, ...rest } = header
  const algs = [null, 1, true, [key.alg], { alg: key.alg }, ` ${key.alg}`, `${key.alg}\0`, key.alg.toLowerCase()]
  return [
    ['no alg', signedToken(rest, claims, key)],
    ...algs.map((alg): Attack => [`alg ${JSON.stringify(alg)}`, signedToken({ ...header, alg }, claims, key)]),
  ]
}

function encrypted({ header, claims, key }: Material): readonly Attack[] {
  const isRsa = key.publicKey.asymmetricKeyType === 'rsa'
  return ['RSA1_5', 'RSA-OAEP', 'dir'].map((alg) => {
    const secret = randomBytes(32)
    const padding = alg === 'RSA1_5' ? constants.RSA_PKCS1_PADDING : constants.RSA_PKCS1_OAEP_PADDING
    const wrapped = isRsa && alg !== 'dir' ? publicEncrypt({ key: key.publicKey, padding }, secret) : secret
    const head = base64url(JSON.stringify({ ...header, alg, enc: 'A128CBC-HS256', cty: 'JWT' }))
    const parts = [wrapped, randomBytes(16), JSON.stringify(claims), randomBytes(16)].map((part) => base64url(part))
    return [`encrypted to the public key by ${alg}`, [head, ...parts].join('.')]
  })
}
