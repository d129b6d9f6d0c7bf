// oxlint-disable unicorn/no-thenable -- `then` is the word of the public policy format
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parsePolicy } from './parse-policy.ts'
import { testPolicy } from './test-policy.ts'

const verified = {
  type: 'login',
  outcome: 'succeeded',
  user: 'alice',
  device: 'd-1',
  fingerprint: 'f-1',
  ip: '203.0.113.7',
  authentication: { methods: ['pwd', 'otp'] },
  network: { country: 'DE' },
}
const known = { ...verified, authentication: { methods: ['pwd'] } }
const stranger = { ...known, device: 'd-9', fingerprint: 'f-9', ip: '198.51.100.9', network: { country: 'BR' } }

function run(document: object) {
  const parsed = parsePolicy(document)
  assert.ok(parsed.ok, JSON.stringify(parsed))
  return testPolicy(parsed.document)
}

test('a test of a policy is judged by its last activity, after its own history', () => {
  const results = run({
    tests: [
      { name: 'home', activities: [verified, verified, verified, known], expect: { level: 'LOW', decision: 'allow' } },
      {
        name: 'theft',
        activities: [verified, verified, verified, stranger],
        expect: { level: 'HIGH', decision: 'step-up', signals: ['device.unknown', 'country.unknown'] },
      },
    ],
  })
  assert.deepEqual(
    results.map(({ differences }) => differences),
    [[], []],
  )
})

test('a test that fails says what is otherwise', () => {
  const [result] = run({
    tests: [
      {
        name: 'wrong',
        activities: [verified, verified, verified, stranger],
        expect: { level: 'LOW', signals: ['hour.rare'] },
      },
    ],
  })
  assert.equal(result?.passed, false)
  assert.match(result?.differences.join('\n') ?? '', /level: expected LOW, got HIGH.*\nsignals: hour\.rare is missing/)
})

test('rules, trusted networks and shared devices count in tests', () => {
  const rules = [{ when: '"device.shared" in signals', then: 'deny' }]
  const shared = { ...stranger, user: 'bob', device: 'd-1' }
  const [result] = run({
    rules,
    tests: [
      {
        name: 'shared',
        activities: [verified, { ...shared, authentication: verified.authentication }, shared],
        expect: { decision: 'deny' },
      },
    ],
  })
  assert.deepEqual(result?.differences, [])
})
