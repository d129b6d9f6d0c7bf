// oxlint-disable unicorn/no-thenable -- `then` is the word of the public policy format
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { defaultPolicy } from '@watchword/risk-engine'
import { Value } from 'typebox/value'
import { canonicalJson, policyHash } from './canonical.ts'
import { durationMs } from './duration.ts'
import { enginePolicyOf } from './engine-policy.ts'
import { lockPolicyOf } from './lock-policy.ts'
import { lockoutsPerMinute } from './lockouts-per-minute.ts'
import { policyInputSchema } from './policy-input-schema.ts'
import { parsePolicy } from './parse-policy.ts'

function faultsOf(input: unknown): readonly string[] {
  const parsed = parsePolicy(input)
  return parsed.ok ? [] : parsed.faults.map(({ pointer }) => pointer)
}

function documentOf(input: unknown) {
  const parsed = parsePolicy(input)
  assert.ok(parsed.ok, JSON.stringify(parsed))
  return parsed.document
}

const whole = `
profile: custom
cuts: { medium: 40, high: 60 }
decisions: { LOW: allow, MEDIUM: notify, HIGH: step-up }
blockedCountries: [KP]
trustedNetworks: [{ cidr: 198.51.100.0/24, reason: office, owner: it-sec, expires: 2027-01-01T00:00:00Z }]
signals: { hour.rare: { enabled: true, points: 8 } }
rules: [{ when: 'action.type == "export" && level != "LOW"', then: step-up, factors: [webauthn], name: exports }]
enrolment: backend-ticket
verification: { window: PT8H, onExpiry: soft, attempts: 5, challengeTtl: PT5M, totpPastSteps: 1 }
failureModes: [{ path: /transfers/**, mode: closed }, { path: /**, mode: last-known, ttl: PT5S }]
tests: [{ name: calm, activities: [{ type: login, user: a }], expect: { level: HIGH } }]
`

test('an empty document is the built-in policy of the risk engine', () => {
  assert.deepEqual(enginePolicyOf(documentOf({})), defaultPolicy)
  assert.deepEqual(enginePolicyOf(documentOf('')), defaultPolicy)
})

test('the schema for people asks for nothing that has a default, and only for what it asks', () => {
  for (const input of [{}, { verification: { attempts: 3 } }, { decisions: { HIGH: 'deny' } }]) {
    assert.ok(Value.Check(policyInputSchema, input))
    assert.ok(parsePolicy(input).ok)
  }
  for (const input of [{ surprise: 1 }, { rules: [{ when: 'true' }] }, { cuts: { medium: 1 } }])
    assert.ok(!Value.Check(policyInputSchema, input), JSON.stringify(input))
})

test('YAML and JSON of one document have one hash, in any order of keys', () => {
  const document = documentOf(whole)
  const shuffled = documentOf(JSON.stringify(Object.fromEntries(Object.entries(document).toReversed())))
  assert.equal(canonicalJson(shuffled), canonicalJson(document))
  assert.match(policyHash(canonicalJson(document)), /^[\w-]{43}$/)
  assert.deepEqual(documentOf(canonicalJson(document)), document)
})

test('every fault is told with a pointer, all of them together', () => {
  assert.deepEqual(
    faultsOf({
      profile: 'lenient',
      surprise: 1,
      decisions: { LOW: 'maybe' },
      blockedCountries: ['Korea'],
      rules: [{ when: 'true', then: 'allow' }, { when: 1 }],
      verification: { attempts: 0 },
    }).toSorted(),
    [
      '/blockedCountries/0',
      '/decisions/LOW',
      '/profile',
      '/rules/1/then',
      '/rules/1/when',
      '/surprise',
      '/verification/attempts',
    ],
  )
  assert.deepEqual(
    faultsOf({
      profile: 'custom',
      trustedNetworks: [
        { cidr: '1.2.3', reason: 'x', expires: 'soon' },
        { cidr: '0.0.0.0/0', reason: 'x' },
      ],
      signals: { 'Not A Code': {} },
      rules: [{ when: 'nobody == 1', then: 'deny' }],
      verification: { window: '8h', challengeTtl: 'PT2H' },
      failureModes: [
        { path: '/a', mode: 'last-known' },
        { path: '/b', mode: 'open', ttl: 'PT1S' },
      ],
    }).toSorted(),
    [
      '/cuts',
      '/failureModes/0/ttl',
      '/failureModes/1/ttl',
      '/rules/0/when',
      '/signals/Not A Code',
      '/trustedNetworks/0/cidr',
      '/trustedNetworks/0/expires',
      '/trustedNetworks/1/cidr',
      '/verification/challengeTtl',
      '/verification/window',
    ],
  )
})

test('text that is neither YAML nor JSON is malformed, and its content is not repeated', () => {
  const parsed = parsePolicy('profile: [balanced\nhunter2: {')
  assert.ok(!parsed.ok && parsed.code === 'malformed')
  assert.doesNotMatch(JSON.stringify(parsed), /hunter2/)
})

test('no input makes the parser throw', () => {
  fc.assert(
    fc.property(fc.oneof(fc.anything(), fc.string(), fc.json()), (input) => void parsePolicy(input)),
    { numRuns: 300 },
  )
  const keys = fc.constantFrom(
    'profile',
    'cuts',
    'decisions',
    'signals',
    'rules',
    'verification',
    'tests',
    'trustedNetworks',
    'failureModes',
  )
  fc.assert(
    fc.property(fc.dictionary(keys, fc.anything({ maxDepth: 3 })), (input) => void parsePolicy(input)),
    { numRuns: 300 },
  )
})

test('durations are ISO 8601 of fixed length; the lock stage gets them in milliseconds', () => {
  for (const [text, ms] of [
    ['PT8H', 28_800_000],
    ['P1DT1H30M', 91_800_000],
    ['PT1.5S', 1_500],
    ['P2W', 1_209_600_000],
    ['P', undefined],
    ['PT', undefined],
    ['P1M', undefined],
    ['P1Y', undefined],
    ['8h', undefined],
    ['PT-1S', undefined],
  ] as const) {
    assert.equal(durationMs(text), ms, text)
  }
  assert.deepEqual(lockPolicyOf(documentOf({})), {
    windowMs: 28_800_000,
    onExpiry: 'soft',
    attemptsAllowed: 5,
    challengeTtlMs: 300_000,
    totpPastSteps: 1,
  })
})

test('a text that YAML cannot be is refused with the place of its first mistake', () => {
  const first = (text: string) => {
    const parsed = parsePolicy(text)
    return parsed.ok ? 'read' : `${parsed.code}: ${parsed.faults[0]?.detail}`
  }
  assert.equal(first('profile: strict\nrules: ['), 'malformed: is not valid YAML or JSON at line 2, column 9')
  assert.equal(
    first('cuts: { medium: 1, high: 2 }\ncuts: {}'),
    'malformed: is not valid YAML or JSON at line 2, column 1',
  )
  assert.equal(first('{"signals":{"a":{}, "a":{}}}'), 'malformed: is not valid YAML or JSON at line 1, column 21')
  assert.equal(first('signals: { 1: {}, "1": {} }'), 'malformed: is not valid YAML or JSON at line 1, column 19')
  assert.match(first('rules: *nowhere'), /refers to what it does not define/)
  for (const text of ['['.repeat(30_000), `{"rules":${'['.repeat(5_000)}${']'.repeat(5_000)}}`])
    assert.equal(first(text), 'malformed: is nested too deep')
  assert.equal(
    first(
      `signals: { a: &a "${'x'.repeat(60_000)}", ${Array.from({ length: 90 }, (_, i) => `b${i}: *a`).join(', ')} }`,
    ),
    'malformed: is longer than 524288 bytes with all that it refers to',
  )
  assert.equal(first(`# ${'x'.repeat(65_536)}`), 'malformed: is longer than 65536 characters')
})

test('an action waits for ten minutes at most, and some factor has to approve it', () => {
  assert.deepEqual(documentOf({}).authorizations, { ttl: 'PT5M', factors: ['webauthn', 'totp'] })
  for (const ttl of ['PT9S', 'PT11M', 'soon'])
    assert.deepEqual(faultsOf({ authorizations: { ttl } }), ['/authorizations/ttl'])
  for (const factors of [[], ['sms']]) assert.notDeepEqual(faultsOf({ authorizations: { factors } }), [])
})

test('of a tenant 20 users in a minute may be locked on what nothing proves, or what the policy says from none to a thousand', () => {
  assert.equal(lockoutsPerMinute(documentOf({})), 20)
  assert.equal(lockoutsPerMinute(documentOf({ lockouts: {} })), 20)
  for (const usersPerMinute of [0, 1_000])
    assert.equal(lockoutsPerMinute(documentOf({ lockouts: { usersPerMinute } })), usersPerMinute)
  for (const usersPerMinute of [-1, 1_001, 1.5])
    assert.deepEqual(faultsOf({ lockouts: { usersPerMinute } }), ['/lockouts/usersPerMinute'])
})
