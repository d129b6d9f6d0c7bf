import { type Static, Type } from 'typebox'
import { clients, connectionTest, resource, resourceClass, secondFactor } from './admission-schema.ts'

const decision = Type.Enum(['allow', 'notify', 'step-up', 'deny'])
const duration = (fallback: string) =>
  Type.String({ description: 'ISO 8601 duration', maxLength: 32, default: fallback })
const strict = { additionalProperties: false } as const

const cuts = Type.Object(
  { medium: Type.Number({ exclusiveMinimum: 0, maximum: 100 }), high: Type.Number({ minimum: 0, maximum: 100 }) },
  strict,
)

const trustedNetwork = Type.Object(
  {
    cidr: Type.String({ maxLength: 64 }),
    reason: Type.String({ minLength: 1, maxLength: 200 }),
    owner: Type.Optional(Type.String({ maxLength: 200 })),
    expires: Type.Optional(Type.String({ maxLength: 40, description: 'RFC 3339' })),
  },
  strict,
)

const signalOverride = Type.Object(
  {
    enabled: Type.Optional(Type.Boolean({ description: 'Default: true' })),
    points: Type.Optional(Type.Number({ minimum: 0, maximum: 100 })),
  },
  strict,
)

const rule = Type.Object(
  {
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
    when: Type.String({ minLength: 1, maxLength: 2_000, description: 'CEL, true or false' }),
    // oxlint-disable-next-line unicorn/no-thenable -- `then` is the word of the public policy format
    then: decision,
    factors: Type.Optional(Type.Array(Type.Enum(['webauthn', 'totp', 'recovery-code']), { minItems: 1, maxItems: 3 })),
  },
  strict,
)

const failureMode = Type.Object(
  {
    path: Type.String({ minLength: 1, maxLength: 500, pattern: '^/' }),
    mode: Type.Enum(['open', 'closed', 'last-known']),
    ttl: Type.Optional(Type.String({ maxLength: 32, description: 'ISO 8601 duration, for last-known' })),
  },
  strict,
)

const policyTest = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 200 }),
    activities: Type.Optional(Type.Array(Type.Record(Type.String(), Type.Unknown()), { minItems: 1, maxItems: 200 })),
    connection: Type.Optional(connectionTest),
    expect: Type.Object(
      {
        level: Type.Optional(Type.Enum(['LOW', 'MEDIUM', 'HIGH'])),
        decision: Type.Optional(decision),
        signals: Type.Optional(Type.Array(Type.String({ maxLength: 64 }), { maxItems: 64 })),
        secondFactor: Type.Optional(Type.Enum(['required', 'waived', 'off'])),
        resourceClass: Type.Optional(resourceClass),
      },
      { ...strict, minProperties: 1, description: 'Of the last activity, or of the connection' },
    ),
  },
  strict,
)

/** The JSON Schema of a policy document; every default is in it. */
export const policySchema = Type.Object(
  {
    profile: Type.Enum(['strict', 'balanced', 'custom'], { default: 'balanced' }),
    cuts: Type.Optional(cuts),
    decisions: Type.Object(
      {
        LOW: Type.Enum(['allow', 'notify', 'step-up', 'deny'], { default: 'allow' }),
        MEDIUM: Type.Enum(['allow', 'notify', 'step-up', 'deny'], { default: 'notify' }),
        HIGH: Type.Enum(['allow', 'notify', 'step-up', 'deny'], { default: 'step-up' }),
      },
      { ...strict, default: {} },
    ),
    blockedCountries: Type.Array(Type.String({ pattern: '^[A-Z]{2}$', description: 'ISO 3166-1 alpha-2' }), {
      maxItems: 300,
      uniqueItems: true,
      default: [],
    }),
    trustedNetworks: Type.Array(trustedNetwork, { maxItems: 1_000, default: [] }),
    signals: Type.Record(Type.String(), signalOverride, { default: {}, description: 'By signal code' }),
    rules: Type.Array(rule, { maxItems: 100, default: [] }),
    enrolment: Type.Enum(['backend-ticket', 'never'], { default: 'backend-ticket' }),
    verification: Type.Object(
      {
        window: duration('PT8H'),
        onExpiry: Type.Enum(['soft', 'force', 'step-up'], { default: 'soft' }),
        attempts: Type.Integer({ minimum: 1, maximum: 100, default: 5 }),
        challengeTtl: duration('PT5M'),
        totpPastSteps: Type.Integer({ minimum: 0, maximum: 10, default: 1 }),
        userVerification: Type.Enum(['required', 'preferred'], {
          default: 'required',
          description:
            'Whether an authenticator must have verified the person, by PIN or biometrics, or only that somebody is there',
        }),
      },
      { ...strict, default: {} },
    ),
    authorizations: Type.Object(
      {
        ttl: duration('PT5M'),
        factors: Type.Array(Type.Enum(['webauthn', 'totp']), {
          minItems: 1,
          maxItems: 2,
          default: ['webauthn', 'totp'],
          description: 'What may approve an action',
        }),
      },
      { ...strict, default: {} },
    ),
    lockouts: Type.Optional(
      Type.Object(
        {
          usersPerMinute: Type.Integer({
            minimum: 0,
            maximum: 1_000,
            default: 20,
            description: 'How many users may be locked in a minute on what nothing proves',
          }),
        },
        strict,
      ),
    ),
    failureModes: Type.Array(failureMode, { maxItems: 200, default: [] }),
    secondFactor: Type.Array(secondFactor, {
      maxItems: 1_000,
      default: [],
      description: 'Who needs a second factor to connect: the user over the group over the app over the tenant',
    }),
    clients,
    resources: Type.Array(resource, {
      maxItems: 200,
      default: [],
      description: 'The first that matches; else protected',
    }),
    tests: Type.Array(policyTest, { maxItems: 200, default: [] }),
  },
  { ...strict, $id: 'https://watchword.dev/schemas/policy.schema.json', title: 'Watchword policy' },
)

/** A policy as people write it, with every default filled in. */
export type PolicyDocument = Static<typeof policySchema>

/** One of the policy's own tests. */
export type PolicyTest = PolicyDocument['tests'][number]
