// oxlint-disable unicorn/no-thenable -- `then` is the word of the public policy format
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Activity, assess, emptyProfile, type RuleFacts } from '@watchword/risk-engine'
import { compileDocument } from './compile-document.ts'
import { parsePolicy } from './parse-policy.ts'
import { compileRule } from './rules.ts'

const activity: Activity = {
  id: 'a-1',
  app: 'bank',
  type: 'access',
  outcome: 'succeeded',
  session: 's-1',
  device: null,
  fingerprint: null,
  ip: null,
  time: 0,
  receivedAt: 0,
  late: false,
  action: { type: 'export', resource: '/customers', sensitivity: 'high', count: 120 },
  methods: [],
  signals: [],
  signal: null,
  network: null,
  agent: null,
  facts: { deviceShared: false, fingerprintShared: false, ipShared: false },
  deviceOwnedByOther: false,
  attributes: { branch: 'north' },
}

function policyOf(...whens: readonly string[]) {
  const parsed = parsePolicy({ rules: whens.map((when, index) => ({ when, then: 'deny', name: `r${index}` })) })
  assert.ok(parsed.ok, JSON.stringify(parsed))
  return compileDocument(parsed.document)
}

function factsOf(given: Partial<Activity> = {}): RuleFacts {
  const signals = [
    { code: 'ip.unknown', points: 20, status: 'evidence', evidence: {} },
    { code: 'travel.unavailable', points: 0, status: 'unavailable', evidence: {} },
  ] as const
  return { activity: { ...activity, ...given }, score: 72, level: 'HIGH', previousLevel: 'LOW', trained: true, signals }
}

test('rules see level, score, action, network, attributes and the signals that gave evidence', () => {
  for (const [when, expected] of [
    ['action.type == "export" && level != "LOW"', true],
    ['score >= 70 && action.count > 100', true],
    ['"ip.unknown" in signals && !("travel.unavailable" in signals)', true],
    ['activity.type == "access" && outcome == "succeeded" && session == "s-1"', true],
    ['attributes.branch == "north"', true],
    ['network.country == "DE"', false],
    ['signals.exists(code, code.startsWith("device."))', false],
    ['has(attributes.missing) && attributes.missing == 1', false],
  ] as const) {
    const policy = policyOf(when)
    const [rule] = policy.document.rules
    assert.ok(rule)
    assert.equal(policy.ruleMatches(rule, factsOf()), expected, when)
    assert.deepEqual(policy.failedRules(factsOf()), [], when)
  }
})

test('what is not known compares calmly: no action and no network are no errors', () => {
  const policy = policyOf('action.type == "export"', 'network.asn == 3320', 'action.count > 3')
  const calm = factsOf({ action: null })
  assert.deepEqual(
    policy.document.rules.map((rule) => policy.ruleMatches(rule, calm)),
    [false, false, false],
  )
  assert.deepEqual(policy.failedRules(calm), [])
})

test('a rule that cannot be evaluated does not match, and is named', () => {
  const policy = policyOf('attributes.missing == "x"', 'attributes.branch')
  assert.deepEqual(
    policy.document.rules.map((rule) => policy.ruleMatches(rule, factsOf())),
    [false, false],
  )
  assert.deepEqual(policy.failedRules(factsOf()), ['r0', 'r1'])
})

test('the risk engine decides by the first rule that matches', () => {
  const policy = policyOf('action.type == "export"')
  const { decision, rule } = assess(
    activity,
    { ...emptyProfile, loginsLearned: 3 },
    policy.compiled,
    policy.ruleMatches,
  )
  assert.deepEqual([decision, rule], ['deny', 'r0'])
})

test('rules of unbounded cost, of another type or with unknown names do not compile', () => {
  for (const when of [
    '1 +',
    'score',
    '"text"',
    'user == "alice"',
    'action.type.matches("(a+)+$")',
    'signals.all(a, signals.all(b, signals.all(c, a != b)))',
    `true${' && true'.repeat(600)}`,
    `${'('.repeat(60)}true${')'.repeat(60)}`,
    'type == "login"',
  ]) {
    assert.equal(typeof compileRule(when), 'string', when.slice(0, 60))
  }
  assert.match(String(compileRule('type == "login"')), /activity\.type/)
})

test('a trusted network holds until it expires', () => {
  const parsed = parsePolicy({
    trustedNetworks: [
      { cidr: '198.51.100.0/24', reason: 'office', expires: '2027-01-01T00:00:00Z' },
      { cidr: '2001:db8::/32', reason: 'vpn' },
    ],
  })
  assert.ok(parsed.ok)
  const { trustedReason } = compileDocument(parsed.document)
  const address = (bits: bigint, version: 4 | 6) =>
    ({ bits, version, kind: 'public', normal: '', prefix: '', text: '' }) as const
  const office = address(0xc6_33_64_07n, 4)
  assert.equal(trustedReason(office, Date.parse('2026-12-31T23:59:59Z')), 'office')
  assert.equal(trustedReason(office, Date.parse('2027-01-01T00:00:00Z')), null)
  assert.equal(trustedReason(address(0x2001_0db8n << 96n, 6), 0), 'vpn')
  assert.equal(trustedReason(address(0xc6_33_65_07n, 4), 0), null)
})

test('the rules of a policy are bounded by what they take together for one activity', () => {
  const steps = (when: string): number | string => {
    const rule = compileRule(when)
    return typeof rule === 'string' ? rule : rule.steps
  }
  assert.equal(steps('level == "HIGH"'), 3)
  assert.equal(steps('signals.exists(s, s == "x")'), 2 + 64 * 4)
  assert.equal(steps('activity.methods.exists(m, attributes.exists(a, a == m))'), 3 + 64 * (3 + 64 * 4))
  assert.equal(steps('[1, 2].all(a, [[3]].all(b, b.all(c, true)))'), 'holds more than 2 loops')
  assert.equal(steps('(signals + ["x"]).map(a, a).all(b, true)'), 6 + 65 * 2 + 65 * 2)
  assert.equal(steps('[[1, 2, 3]].all(a, a.all(b, true))'), 6 + 1 * (3 + 500 * 2))
  assert.match(String(steps('cel.bind(a, signals + signals, size(a + a) > 0)')), /cel.bind/)

  const squares = 'signals.all(a, signals.all(b, a != b))'
  const parsed = parsePolicy({ rules: Array.from({ length: 6 }, () => ({ when: squares, then: 'deny' })) })
  const [fault, ...others] = parsed.ok ? [] : parsed.faults
  assert.match(fault?.detail ?? '', /more than 50000 steps/)
  assert.deepEqual([fault?.pointer, others], ['/rules/3/when', []])
})
