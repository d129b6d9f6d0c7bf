import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { isoCBOR } from '@simplewebauthn/server/helpers'

/** What one ceremony says; every part of it may be said wrong. */
export type Said = Readonly<{
  type: string
  origin: string
  challenge: string
  rpId: string
  userPresent: boolean
  userVerified: boolean
  backupEligible: boolean
  backedUp: boolean
  crossOrigin: boolean
  topOrigin: string | undefined
  counter: number
  userHandle: string | null
  /** COSE algorithm that the key says of itself, where it is not its own. */
  alg: number | undefined
  /** Id of the credential. */
  id: string
  /** Changes the signature, or the attestation object. */
  spoil: (bytes: Uint8Array) => Uint8Array
  fmt: string
  attStmt: ReadonlyMap<string, unknown>
}>

export type AuthenticatorOptions = Readonly<{
  algorithm?: 'ES256' | 'EdDSA'
  origin?: string
  backupEligible?: boolean
  /** What the counter goes up by with each use; 0 for one that does not count. */
  counts?: number
}>

type CreationOptions = Readonly<{ challenge: string; rp: { id: string }; user: { id: string } }>
type RequestOptions = Readonly<{ challenge: string; rpId: string }>

/** An authenticator and the browser before it, in software: what they send is what WebAuthn Level 3 asks for, unless a test has them lie. */
export type SoftwareAuthenticator = Readonly<{
  credential: string
  create: (options: unknown, lie?: Partial<Said>) => Record<string, unknown>
  get: (options: unknown, lie?: Partial<Said>) => Record<string, unknown>
}>

export function createSoftwareAuthenticator(given: AuthenticatorOptions = {}): SoftwareAuthenticator {
  const { algorithm = 'ES256', origin = 'https://bank.example', backupEligible = false, counts = 1 } = given
  const { publicKey, privateKey } =
    algorithm === 'ES256' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519')
  const id = randomBytes(32).toString('base64url')
  let counter = 0
  let handle = ''

  const usual = (type: string, challenge: string, rpId: string): Said => {
    counter += counts
    return {
      type,
      origin,
      challenge,
      rpId,
      userPresent: true,
      userVerified: true,
      backupEligible,
      backedUp: backupEligible,
      crossOrigin: false,
      topOrigin: undefined,
      counter,
      userHandle: handle,
      alg: undefined,
      id,
      spoil: (bytes) => bytes,
      fmt: 'none',
      attStmt: new Map(),
    }
  }

  return {
    credential: id,
    create(options, lie = {}) {
      const { challenge, rp, user } = options as CreationOptions
      handle = user.id
      const said = { ...usual('webauthn.create', challenge, rp.id), ...lie }
      const authData = Buffer.concat([
        head(said, attestedFlag),
        Buffer.alloc(16),
        lengthOf(Buffer.from(id, 'base64url')),
        Buffer.from(id, 'base64url'),
        coseKey(algorithm, publicKey, said.alg),
      ])
      const attestation = new Map<string, unknown>([
        ['fmt', said.fmt],
        ['attStmt', said.attStmt],
        ['authData', Uint8Array.from(authData)],
      ])
      const attestationObject = said.spoil(isoCBOR.encode(attestation as never))
      const response = {
        clientDataJSON: clientData(said),
        attestationObject: text(attestationObject),
        transports: ['usb'],
      }
      return { id: said.id, rawId: said.id, type: 'public-key', response, clientExtensionResults: {} }
    },
    get(options, lie = {}) {
      const { challenge, rpId } = options as RequestOptions
      const said = { ...usual('webauthn.get', challenge, rpId), ...lie }
      const authenticatorData = head(said, 0)
      const clientDataJSON = clientData(said)
      const clientHash = createHash('sha256').update(Buffer.from(clientDataJSON, 'base64url')).digest()
      const signature = sign(
        algorithm === 'ES256' ? 'sha256' : null,
        Buffer.concat([authenticatorData, clientHash]),
        privateKey,
      )
      return {
        id: said.id,
        rawId: said.id,
        type: 'public-key',
        response: {
          clientDataJSON,
          authenticatorData: text(authenticatorData),
          signature: text(said.spoil(signature)),
          userHandle: said.userHandle,
        },
        clientExtensionResults: {},
      }
    },
  }
}

const attestedFlag = 0x40

function head({ rpId, counter, ...said }: Said, more: number): Buffer {
  const flags =
    (said.userPresent ? 0x01 : 0) |
    (said.userVerified ? 0x04 : 0) |
    (said.backupEligible ? 0x08 : 0) |
    (said.backedUp ? 0x10 : 0) |
    more
  const count = Buffer.alloc(4)
  count.writeUInt32BE(counter)
  return Buffer.concat([createHash('sha256').update(rpId).digest(), Buffer.from([flags]), count])
}

function clientData({ type, challenge, origin, crossOrigin, topOrigin }: Said): string {
  return text(Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin, topOrigin })))
}

function coseKey(algorithm: 'ES256' | 'EdDSA', key: KeyObject, alg: number | undefined): Uint8Array {
  const { x = '', y = '' } = key.export({ format: 'jwk' })
  const bytes = (part: string): Uint8Array => Uint8Array.from(Buffer.from(part, 'base64url'))
  // RFC 9053: kty, alg, crv, x and, on a curve of two coordinates, y.
  const members: readonly (readonly [number, number | Uint8Array])[] =
    algorithm === 'ES256'
      ? [
          [1, 2],
          [3, alg ?? -7],
          [-1, 1],
          [-2, bytes(x)],
          [-3, bytes(y)],
        ]
      : [
          [1, 1],
          [3, alg ?? -8],
          [-1, 6],
          [-2, bytes(x)],
        ]
  return isoCBOR.encode(new Map(members))
}

function lengthOf(bytes: Uint8Array): Buffer {
  const length = Buffer.alloc(2)
  length.writeUInt16BE(bytes.length)
  return length
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url')
}
