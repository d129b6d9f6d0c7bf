import { Type } from 'typebox'
import { Value } from 'typebox/value'

const schema = Type.Object(
  {
    v: Type.Literal(1),
    credential: Type.String(),
    publicKey: Type.String(),
    rpId: Type.String(),
    userHandle: Type.String(),
    transports: Type.Array(Type.String()),
    backupEligible: Type.Boolean(),
  },
  { additionalProperties: false },
)

/** What is kept of a registered authenticator, sealed: everything but its counter, which the fold has. Bytes are base64url. */
export type PasskeyRecord = Readonly<{
  /** Id of the credential. */
  credential: string
  /** COSE key (RFC 9052). */
  publicKey: string
  /** The relying party that it was made for, and answers to alone. */
  rpId: string
  /** `user.id` of the ceremony. */
  userHandle: string
  /** How a browser reaches the authenticator, as it said itself. */
  transports: readonly string[]
  /** Whether the key may leave the authenticator (BE); that never changes. */
  backupEligible: boolean
}>

/** The record as bytes to be sealed. */
export function encodePasskey(record: PasskeyRecord): Uint8Array {
  const { credential, publicKey, rpId, userHandle, transports, backupEligible } = record
  return Buffer.from(JSON.stringify({ v: 1, credential, publicKey, rpId, userHandle, transports, backupEligible }))
}

/** Reads it back; throws for what `encodePasskey` has not written. */
export function decodePasskey(bytes: Uint8Array): PasskeyRecord {
  const { v: _version, ...record } = Value.Parse(schema, JSON.parse(Buffer.from(bytes).toString('utf8')))
  return record
}
