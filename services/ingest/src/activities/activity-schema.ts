import { type Static, Type } from 'typebox'

const closed = { additionalProperties: false } as const
const text = (maxLength: number, description?: string) =>
  Type.String({ minLength: 1, maxLength, ...(description === undefined ? {} : { description }) })
const code = Type.String({ minLength: 1, maxLength: 64, pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$' })

// The pattern of a plain `Type.String()` is `.*`, which passes over names with a line break, and so over their values.
const anyName = Type.String({ pattern: '^[\\s\\S]*$' })

const network = Type.Object(
  {
    country: Type.Optional(Type.String({ pattern: '^[A-Za-z]{2}$', description: 'ISO 3166-1 alpha-2' })),
    region: Type.Optional(text(128)),
    city: Type.Optional(text(128)),
    latitude: Type.Optional(Type.Number({ minimum: -90, maximum: 90 })),
    longitude: Type.Optional(Type.Number({ minimum: -180, maximum: 180 })),
    accuracyKm: Type.Optional(Type.Number({ minimum: 0, maximum: 20_040 })),
    asn: Type.Optional(Type.Integer({ minimum: 0, maximum: 4_294_967_295 })),
    type: Type.Optional(text(32)),
    reputation: Type.Optional(Type.Enum(['ok', 'bad'])),
  },
  closed,
)

/** One activity as an app sends it. What a schema cannot say (bytes, times, secrets) is checked in `readActivity`. */
export const activitySchema = Type.Object(
  {
    id: Type.Optional(text(128, 'Idempotency key, UUIDv7 recommended; made by the server if absent')),
    type: Type.Enum(['login', 'logout', 'access', 'credential-change', 'context', 'signal']),
    outcome: Type.Optional(
      Type.Enum(['succeeded', 'failed', 'attempted'], {
        description: 'Required for login and credential-change, else succeeded',
      }),
    ),
    user: text(256, "The customer's own id for the person, at most 256 bytes of UTF-8"),
    session: Type.Optional(text(256)),
    device: Type.Optional(text(256)),
    deviceOwner: Type.Optional(
      text(
        256,
        "The customer's own id for whose device it is, where that is known; only whether it is the user is kept",
      ),
    ),
    fingerprint: Type.Optional(text(256)),
    ip: Type.Optional(text(64, 'IPv4 or IPv6 address')),
    userAgent: Type.Optional(Type.String({ maxLength: 2_048, description: 'Empty: the request named none' })),
    headers: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), { description: 'An allow-list is kept, the rest is dropped' }),
    ),
    time: Type.Optional(text(40, 'RFC 3339; default: arrival')),
    action: Type.Optional(
      Type.Object(
        {
          type: text(128),
          resource: Type.Optional(text(1_024)),
          sensitivity: Type.Optional(text(32)),
          count: Type.Optional(Type.Number({ minimum: 0, maximum: 1e15 })),
        },
        closed,
      ),
    ),
    authentication: Type.Optional(
      Type.Object({ methods: Type.Array(code, { maxItems: 16, description: 'RFC 8176 amr values' }) }, closed),
    ),
    signals: Type.Optional(Type.Array(code, { maxItems: 32 })),
    signal: Type.Optional(
      Type.Object(
        { code, subject: Type.Optional(text(256)), severity: Type.Optional(text(32)) },
        { ...closed, description: 'Required for type signal' },
      ),
    ),
    network: Type.Optional(network),
    attributes: Type.Optional(
      Type.Record(
        anyName,
        Type.Union([Type.String({ maxLength: 1_024 }), Type.Number(), Type.Boolean(), Type.Null()]),
        { description: 'Flat scalars, at most 32' },
      ),
    ),
  },
  { ...closed, title: 'Activity' },
)

/** An activity that fits the schema. */
export type SubmittedActivity = Static<typeof activitySchema>
export type SubmittedNetwork = Static<typeof network>
