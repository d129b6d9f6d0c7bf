import { type Static, Type } from 'typebox'

const algorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
] as const

const stepUpSchema = Type.Object(
  {
    path: Type.String({ pattern: '^/', maxLength: 300 }),
    acr: Type.Array(Type.String({ pattern: '^[\\x21\\x23-\\x5b\\x5d-\\x7e]+$', maxLength: 300 }), {
      minItems: 1,
      maxItems: 10,
      default: ['urn:watchword:acr:mfa'],
    }),
    maxAgeMs: Type.Optional(Type.Integer({ minimum: 1_000 })),
  },
  { additionalProperties: false },
)

/** An issuer of tokens that say at `GET /v1/check` who a request is from. */
export const appTokenSchema = Type.Object(
  {
    tenant: Type.String({ minLength: 1, maxLength: 63 }),
    app: Type.String({ minLength: 1, maxLength: 63, description: 'An app whose own `issuer` is this one' }),
    issuer: Type.String({ minLength: 1, maxLength: 300 }),
    audience: Type.String({ minLength: 1, maxLength: 300 }),
    jwks: Type.String({
      maxLength: 2_000,
      pattern: '^(https://|http://(localhost|127\\.0\\.0\\.1|\\[::1\\])[:/]|file:///)',
      description: 'Where the keys of the issuer are; fetched again after ten minutes, or for a key that is not known',
    }),
    algorithms: Type.Array(Type.Enum([...algorithms]), {
      minItems: 1,
      default: ['RS256', 'PS256', 'ES256', 'EdDSA'],
    }),
    clockToleranceMs: Type.Integer({ minimum: 0, maximum: 300_000, default: 5_000 }),
    userClaim: Type.String({ minLength: 1, default: 'sub' }),
    sessionClaim: Type.String({ minLength: 1, default: 'sid' }),
    stepUp: Type.Array(stepUpSchema, { maxItems: 100, default: [] }),
  },
  { additionalProperties: false },
)

export type AppTokenConfig = Readonly<Static<typeof appTokenSchema>>
