import { Type } from 'typebox'

const strict = { additionalProperties: false } as const
const text = Type.String({ minLength: 1, maxLength: 200 })
const user = Type.String({ minLength: 1, maxLength: 256 })
const group = Type.String({ minLength: 1, maxLength: 256 })

/** Whether one user, one group, one app or, where none is named, the tenant needs a second factor to connect. */
export const secondFactor = Type.Object(
  {
    user: Type.Optional(user),
    group: Type.Optional(group),
    app: Type.Optional(Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,62}$' })),
    require: Type.Boolean(),
    reason: Type.Optional(text),
    owner: Type.Optional(text),
    expires: Type.Optional(
      Type.String({ maxLength: 40, description: 'RFC 3339; with reason and owner of an exception' }),
    ),
  },
  strict,
)

/** Who may connect without being asked for credentials: the holders of certificates of these authorities. */
export const clients = Type.Object(
  {
    authorities: Type.Array(
      Type.Object(
        {
          name: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,62}$' }),
          certificate: Type.String({
            maxLength: 8_192,
            description: 'PEM of the CA that issues the certificates itself',
          }),
          user: Type.Enum(['common-name', 'email'], {
            default: 'common-name',
            description: 'Where a certificate names its user: the common name, or an e-mail address of subjectAltName',
          }),
          organization: Type.Optional({
            ...text,
            description: 'The O that a certificate must have, for an authority that issues for other tenants too',
          }),
        },
        strict,
      ),
      { maxItems: 20, default: [] },
    ),
    revoked: Type.Array(
      Type.Object(
        {
          authority: Type.String({ maxLength: 63 }),
          serial: Type.String({ pattern: '^[0-9A-Fa-f:]{1,80}$', description: 'Hexadecimal' }),
          reason: text,
          owner: text,
        },
        strict,
      ),
      { maxItems: 10_000, default: [] },
    ),
  },
  { ...strict, default: {} },
)

export const resourceClass = Type.Enum(['exempt', 'password-change', 'protected'])

/** What a path is to the second factor. */
export const resource = Type.Object(
  { path: Type.String({ minLength: 1, maxLength: 500, pattern: '^/' }), class: resourceClass },
  strict,
)

/** A connection that a test of the policy asks about. */
export const connectionTest = Type.Object(
  {
    user,
    app: Type.String({ maxLength: 63, default: 'demo' }),
    groups: Type.Optional(Type.Array(group, { maxItems: 100 })),
    resource: Type.String({ minLength: 1, maxLength: 500, pattern: '^/', default: '/' }),
    time: Type.String({ maxLength: 40, default: '2026-01-01T00:00:00Z', description: 'RFC 3339' }),
  },
  strict,
)
