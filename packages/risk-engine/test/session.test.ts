import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Activity, ActivityNetwork, Profile } from '../src/index.ts'
import { activity, agent, berlin, codes, learnedLogins, minute, otherAgent, play, pointsOf, start } from './given.ts'

const session = 's-1'
/** Another provider in Berlin. */
const mobile: ActivityNetwork = {
  ...berlin,
  address: '203.0.113.9',
  prefix: '203.0.113.0/24',
  asn: 64510,
  type: 'mobile',
}

function unresolved(network: ActivityNetwork): ActivityNetwork {
  const nothing = { country: null, region: null, city: null, latitude: null, longitude: null, accuracyKm: null }
  return { ...network, ...nothing, asn: null, type: null, reputation: null }
}

/** A user logged in to a session, by a login that was learned. */
function inSession(changes: Partial<Activity> = {}): Profile {
  return play(learnedLogins(3, changes), activity({ session, ...changes })).profile
}

function access(changes: Partial<Activity> = {}): Activity {
  return activity({ type: 'access', session, methods: [], at: start + 5 * minute, ...changes })
}

for (const [name, resolve] of [
  ['resolved', (network: ActivityNetwork) => network],
  ['unresolved', unresolved],
] as const) {
  for (const device of ['device-1', 'thief', null]) {
    test(`a stolen cookie from another network and program is HIGH: ${name}, device ${device}`, () => {
      const profile = inSession({ network: resolve(berlin) })
      const stolen = access({ agent: otherAgent, network: resolve({ ...mobile, type: 'residential' }), device })
      const { assessment } = play(profile, stolen)
      assert.equal(assessment.level, 'HIGH', assessment.reasonAdmin)
      assert.equal(assessment.decision, 'step-up')
      assert.deepEqual([assessment.lock?.scope, assessment.lock?.subject], ['session', session])
    })
  }

  test(`a phone that leaves its Wi-Fi stays below MEDIUM: ${name}`, () => {
    const { assessment } = play(inSession({ network: resolve(berlin) }), access({ network: resolve(mobile) }))
    assert.equal(assessment.level, 'LOW', assessment.reasonAdmin)
    assert.equal(pointsOf(assessment, 'session.network-changed'), 15)
  })
}

test('a stolen cookie is HIGH even after the thief has signed in with the password until the table of sessions was full', () => {
  const flood = Array.from({ length: 20 }, (_, index) =>
    activity({ session: `thief-${index}`, device: 'thief', fingerprint: null, network: mobile, agent: otherAgent }),
  )
  const flooded = flood.reduce((profile, login) => play(profile, login).profile, inSession())
  const { assessment } = play(flooded, access({ device: null, fingerprint: null, agent: otherAgent, network: mobile }))
  assert.ok(codes(assessment).includes('session.agent-changed'), assessment.reasonAdmin)
  assert.equal(assessment.level, 'HIGH', assessment.reasonAdmin)
})

test('a phone stays below MEDIUM when the gateway of its provider is far away in the country', () => {
  const munich = { ...mobile, latitude: 48.137, longitude: 11.575 }
  const { assessment } = play(inSession(), access({ network: munich }))
  assert.equal(pointsOf(assessment, 'travel.impossible'), 20)
  assert.equal(assessment.level, 'LOW', assessment.reasonAdmin)
})

test('a phone stays below MEDIUM on a device its family shares', () => {
  const facts = { deviceShared: true, fingerprintShared: true, ipShared: false }
  const profile = play(learnedLogins(1), activity({ session, methods: ['otp'], facts })).profile
  const { assessment } = play(profile, access({ network: mobile, facts }))
  assert.equal(assessment.level, 'LOW', assessment.reasonAdmin)
})

test('another program alone is MEDIUM, a new version of the same one is nothing', () => {
  const other = play(inSession(), access({ agent: otherAgent })).assessment
  assert.deepEqual([other.level, pointsOf(other, 'session.agent-changed')], ['MEDIUM', 55])
  const newer = { ...agent, browserVersion: '141', hash: 'ua-3' }
  assert.equal(play(inSession(), access({ agent: newer })).assessment.score, 0)
})

test('an unchanged session that began with a verified context adds nothing', () => {
  const stranger = { device: 'new', fingerprint: 'new', network: mobile }
  const login = activity({ session, ...stranger, methods: ['otp'], facts: shared })
  const { profile } = play(learnedLogins(3), login)
  const { assessment } = play(profile, access({ ...stranger, facts: shared }))
  assert.deepEqual([assessment.score, assessment.decision], [0, 'allow'])
})

const shared = { deviceShared: true, fingerprintShared: true, ipShared: true }

test('an unchanged session that began with an unverified context stays as risky as its login', () => {
  const stranger = { device: 'new', fingerprint: 'new', network: mobile }
  const { profile } = play(learnedLogins(3), activity({ session, ...stranger }))
  assert.equal(play(profile, access(stranger)).assessment.level, 'HIGH')
})

test('a session first seen in an access begins there', () => {
  const { profile } = play(learnedLogins(3), access())
  assert.equal(profile.sessions[0]?.session, session)
  assert.equal(play(profile, access({ agent: otherAgent })).assessment.level, 'MEDIUM')
})

test('failed and attempted activities begin no session', () => {
  for (const outcome of ['failed', 'attempted'] as const) {
    assert.deepEqual(play(learnedLogins(3), access({ outcome })).profile.sessions, [])
  }
})

test('the same session id of another app is another session', () => {
  assert.equal(play(inSession(), access({ app: 'shop', agent: otherAgent })).assessment.score < 55, true)
})

test('a login without its client program is compared by the first allowed activity that names one', () => {
  const named = play(inSession({ agent: null }), access()).profile
  assert.ok(codes(play(named, access({ agent: otherAgent })).assessment).includes('session.agent-changed'))
})

test('a logout ends the session', () => {
  assert.deepEqual(play(inSession(), access({ type: 'logout' })).profile.sessions, [])
})

test('a learned device id that arrives from another operating system is a mismatch', () => {
  const { assessment } = play(learnedLogins(3), activity({ agent: otherAgent }))
  assert.deepEqual(codes(assessment), ['device.mismatch'])
})
