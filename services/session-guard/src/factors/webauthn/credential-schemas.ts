import { type Static, Type } from 'typebox'

const base64url = (maxLength: number, description: string) =>
  Type.String({ minLength: 1, maxLength, pattern: '^[A-Za-z0-9_-]+$', description })

const credential = {
  id: base64url(1400, 'Id of the credential, base64url'),
  rawId: base64url(1400, 'The same'),
  type: Type.String({ maxLength: 32, description: '`public-key`' }),
  authenticatorAttachment: Type.Optional(Type.Union([Type.String({ maxLength: 32 }), Type.Null()])),
  clientExtensionResults: Type.Optional(Type.Object({}, { additionalProperties: true })),
}

const clientDataJSON = base64url(8192, '`clientDataJSON`, base64url')

/** `AuthenticationResponseJSON` of WebAuthn Level 3, 5.1.8: what `PublicKeyCredential.toJSON()` gives after `get()`. */
export const assertionSchema = Type.Object(
  {
    ...credential,
    response: Type.Object(
      {
        clientDataJSON,
        authenticatorData: base64url(4096, '`authenticatorData`, base64url'),
        signature: base64url(2048, '`signature`, base64url'),
        userHandle: Type.Optional(Type.Union([Type.String({ maxLength: 128 }), Type.Null()])),
      },
      { additionalProperties: true },
    ),
  },
  { additionalProperties: true, description: 'AuthenticationResponseJSON of WebAuthn Level 3' },
)

/** `RegistrationResponseJSON` of WebAuthn Level 3, 5.1.8: what `PublicKeyCredential.toJSON()` gives after `create()`. */
export const registrationSchema = Type.Object(
  {
    ...credential,
    response: Type.Object(
      {
        clientDataJSON,
        attestationObject: base64url(16_384, '`attestationObject`, base64url'),
        transports: Type.Optional(Type.Array(Type.String({ maxLength: 32 }), { maxItems: 16 })),
      },
      { additionalProperties: true },
    ),
  },
  { additionalProperties: true, description: 'RegistrationResponseJSON of WebAuthn Level 3' },
)

export type AssertionJson = Static<typeof assertionSchema>
export type RegistrationJson = Static<typeof registrationSchema>

const descriptors = Type.Array(
  Type.Object({
    id: Type.String(),
    type: Type.Literal('public-key'),
    transports: Type.Optional(Type.Array(Type.String())),
  }),
)
const userVerification = Type.Enum(['required', 'preferred'])

/** `PublicKeyCredentialRequestOptionsJSON` of WebAuthn Level 3, 5.1.10: for `parseRequestOptionsFromJSON()` and `get()`. */
export const requestOptionsSchema = Type.Object(
  {
    challenge: Type.String(),
    timeout: Type.Integer({ description: 'Milliseconds' }),
    rpId: Type.String(),
    allowCredentials: descriptors,
    userVerification,
  },
  { description: 'PublicKeyCredentialRequestOptionsJSON of WebAuthn Level 3' },
)

/** `PublicKeyCredentialCreationOptionsJSON` of WebAuthn Level 3, 5.1.9: for `parseCreationOptionsFromJSON()` and `create()`. */
export const creationOptionsSchema = Type.Object(
  {
    rp: Type.Object({ id: Type.String(), name: Type.String() }),
    user: Type.Object({ id: Type.String(), name: Type.String(), displayName: Type.String() }),
    challenge: Type.String(),
    pubKeyCredParams: Type.Array(Type.Object({ type: Type.Literal('public-key'), alg: Type.Integer() })),
    timeout: Type.Integer({ description: 'Milliseconds' }),
    excludeCredentials: descriptors,
    authenticatorSelection: Type.Object({
      residentKey: Type.Literal('preferred'),
      requireResidentKey: Type.Boolean(),
      userVerification,
    }),
    attestation: Type.Literal('none'),
  },
  { description: 'PublicKeyCredentialCreationOptionsJSON of WebAuthn Level 3' },
)

export type RequestOptionsJson = Static<typeof requestOptionsSchema>
export type CreationOptionsJson = Static<typeof creationOptionsSchema>
