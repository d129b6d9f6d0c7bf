import { sign } from 'node:crypto'
import type { Attack, Material } from './attack.ts'
import { signatureOf } from './signing-key.ts'
import { base64url, signedText, signedToken, signingInput, written } from './written-token.ts'

/** A signature that is none: of zeros, of no curve, cut, another one's, or in another form. */
export function signatureAttacks(material: Material): readonly Attack[] {
  const { header, claims, key, retired, stranger } = material
  const texts = written(header, claims)
  const input = signingInput(texts)
  const signature = signatureOf(input, key)
  const { length } = signature
  const flipped = Buffer.from(signature)
  flipped[0] = (flipped[0] ?? 0) ^ 1
  const forms = {
    'a signature of zeros': new Uint8Array(length),
    'a signature of ones': new Uint8Array(length).fill(255),
    'a signature cut short': signature.subarray(0, length - 1),
    'a signature with a byte too many': Buffer.concat([signature, Buffer.of(0)]),
    'a signature with a zero before it': Buffer.concat([Buffer.of(0), signature]),
    'a signature of which one bit was changed': flipped,
    'no signature': Buffer.alloc(0),
    ...curveForms(material, input, signature),
  }
  const other = written(header, { ...claims, sub: 'mallory' })
  return [
    ...Object.entries(forms).map(([what, bytes]): Attack => [what, `${input}.${base64url(bytes)}`]),
    ['the signature of other claims', `${signingInput(other)}.${base64url(signature)}`],
    ['a key that is published no more', signedToken({ ...header, kid: retired.kid }, claims, retired)],
    ['a key that is published no more, under the id of the present one', signedText(texts, retired)],
    ['a key of the attacker without a key id', signedToken({ ...header, kid: undefined }, claims, stranger)],
  ]
}

/** The order of the group of edwards25519 (RFC 8032, 5.1) and of P-256. */
const orders = {
  EdDSA: 2n ** 252n + 27742317777372353535851937790883648493n,
  ES256: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
} as const

function curveForms({ key }: Material, input: string, signature: Buffer): Readonly<Record<string, Uint8Array>> {
  const [r, s] = [signature.subarray(0, 32), signature.subarray(32)]
  if (key.alg === 'EdDSA') {
    // Little-endian, unlike hexadecimal text.
    const more = (BigInt(`0x${Buffer.from(s.toReversed()).toString('hex')}`) + orders.EdDSA).toString(16)
    const tooHigh = Buffer.from(more.padStart(64, '0'), 'hex').toReversed()
    // RFC 8032, 5.1.7: S is below the order, or a second signature could be made of the first.
    return { 'S above the order of the group': Buffer.concat([r, tooHigh]) }
  }
  if (key.alg !== 'ES256') return {}
  const order = Buffer.from(orders.ES256.toString(16).padStart(64, '0'), 'hex')
  const zero = Buffer.alloc(32)
  return {
    'r of zero': Buffer.concat([zero, s]),
    's of zero': Buffer.concat([r, zero]),
    'r and s of the order of the curve': Buffer.concat([order, order]),
    'a signature in DER': derOf(key, input),
  }
}

function derOf({ privateKey }: Material['key'], input: string): Uint8Array {
  return sign('sha256', Buffer.from(input), privateKey)
}
