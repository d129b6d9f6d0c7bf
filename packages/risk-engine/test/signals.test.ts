import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Activity, Profile } from '../src/index.ts'
import { assess, compilePolicy, defaultPolicy, signalCatalogue } from '../src/index.ts'
import {
  activity,
  balanced,
  berlin,
  codes,
  day,
  hour,
  learnedLogins,
  minute,
  play,
  pointsOf,
  policyWith,
  privateNetwork,
  start,
  zurich,
} from './given.ts'

const trained = learnedLogins(3)
const tor = { ...zurich, country: 'DE', type: 'tor' }

function judged(changes: Partial<Activity>, profile: Profile = trained, policy = balanced) {
  return assess(activity(changes), profile, policy)
}

test('absent fields are named, give nothing, and are never new', () => {
  const bare = { device: null, fingerprint: null, network: null, agent: null }
  const profile = learnedLogins(3, bare)
  const assessment = judged(bare, profile)
  assert.equal(assessment.score, 0)
  assert.deepEqual(
    assessment.signals.map(({ code }) => code),
    [
      'device.unavailable',
      'fingerprint.unavailable',
      'ip.unavailable',
      'country.unavailable',
      'travel.unavailable',
      'network.unavailable',
    ],
  )
})

test('what every learned login carried may not be left out to look better', () => {
  const missing = judged({ device: null, fingerprint: null })
  assert.deepEqual(codes(missing), ['device.unknown', 'fingerprint.unknown'])
  assert.equal(missing.level, 'HIGH')
  const access = judged({ type: 'access', session: 'never seen', device: null })
  assert.deepEqual(codes(access), ['device.unknown'])
})

test('a device may be left out by a user whose logins did not always carry one, and by reports of other systems', () => {
  const mixed = play(trained, activity({ device: null, methods: ['otp'], at: start - hour })).profile
  assert.equal(pointsOf(judged({ device: null }, mixed), 'device.unknown'), 0)
  for (const type of ['signal', 'credential-change', 'logout', 'context'] as const) {
    assert.equal(judged({ type, device: null, fingerprint: null, network: null }).score, 0)
  }
})

test('a private address is not new, and its country counts only if the app names one', () => {
  assert.equal(judged({ network: privateNetwork }).score, 0)
  assert.deepEqual(codes(judged({ network: { ...privateNetwork, country: 'CH' } })), ['country.unknown'])
})

test('a phishing proxy overrides everything', () => {
  assert.equal(judged({ signals: ['phishing-proxy'] }).score, 100)
  assert.equal(judged({ signals: ['aitm.hard'] }).score, 100)
})

test('a carried signal counts by its severity', () => {
  const points = ['critical', 'high', null, 'medium', 'low'].map((severity) => {
    const signal = { code: 'device-not-compliant', subject: 'device', severity }
    return judged({ type: 'signal', signal }).score
  })
  assert.deepEqual(points, [25, 25, 25, 15, 8])
})

test('an unknown code is evidence with the points of the policy, once, and codes of the engine are not taken from outside', () => {
  const policy = policyWith({ signals: { 'card-testing': { enabled: true, points: 33 } } })
  const assessment = judged({ signals: ['card-testing', 'card-testing', 'odd', 'ip.unknown'] }, trained, policy)
  assert.deepEqual([codes(assessment), assessment.score], [['card-testing', 'odd'], 33])
})

test('a policy can switch a signal off or scale its tiers', () => {
  const off = policyWith({ signals: { 'ip.unknown': { enabled: false, points: null } } })
  assert.equal(judged({ network: { ...zurich, country: 'DE' } }, trained, off).score, 0)
  const doubled = policyWith({ signals: { 'network.type': { enabled: true, points: 70 } } })
  assert.equal(pointsOf(judged({ network: tor }, trained, doubled), 'network.type'), 70)
  const vpn = { ...zurich, type: 'vpn' }
  assert.equal(pointsOf(judged({ network: vpn }, trained, doubled), 'network.type'), 24)
  const invalid = { ...defaultPolicy, signals: { 'ip.unknown': { enabled: true, points: -1 } } }
  assert.throws(() => compilePolicy(invalid), { code: 'invalid-points' })
})

test('Tor weighs more than a VPN, a private relay nothing, and an established address of a VPN nothing', () => {
  const typed = (type: string) => pointsOf(judged({ network: { ...zurich, type } }), 'network.type')
  assert.deepEqual([typed('tor'), typed('vpn'), typed('hosting'), typed('relay'), typed('mobile')], [35, 12, 12, 0, 0])
  assert.equal(judged({ network: { ...berlin, type: 'vpn' } }).score, 0)
})

test('a trusted network adds no place, type or reputation points, but a blocked country stays blocked', () => {
  const network = { ...zurich, type: 'vpn', reputation: 'bad', trusted: { reason: 'office' } } as const
  assert.equal(judged({ network }).score, 0)
  assert.equal(judged({ network }, trained, policyWith({ blockedCountries: ['CH'] })).score, 20)
})

test('the hotspot rule needs an established private device, a matching fingerprint and a clean address', () => {
  const network = { ...zurich, latitude: null, longitude: null }
  const facts = { deviceShared: false, fingerprintShared: false, ipShared: true }
  const novelty = (changes: Partial<Activity>, policy = balanced) =>
    pointsOf(judged({ network, facts, ...changes }, trained, policy), 'country.unknown')
  assert.equal(novelty({}), 0)
  assert.equal(novelty({ facts: { ...facts, ipShared: false } }), 20)
  assert.equal(novelty({ facts: { ...facts, deviceShared: true } }), 20)
  assert.equal(novelty({ deviceOwnedByOther: true }), 20)
  assert.equal(novelty({ fingerprint: 'new' }), 20)
  assert.equal(novelty({ device: 'new' }), 20)
  assert.equal(novelty({ network: { ...network, type: 'hosting' } }), 20)
  assert.equal(novelty({ network: { ...network, reputation: 'bad' } }), 20)
  assert.equal(novelty({ signals: ['aitm.soft'] }), 20)
  assert.equal(novelty({}, policyWith({ blockedCountries: ['CH'] })), 20)
})

test('a device of somebody else weighs as a shared one, and once', () => {
  const shared = { deviceShared: true, fingerprintShared: false, ipShared: false }
  for (const profile of [learnedLogins(1), trained]) {
    const other = judged({ deviceOwnedByOther: true }, profile)
    const both = judged({ deviceOwnedByOther: true, facts: shared }, profile)
    const points = pointsOf(judged({ facts: shared }, profile), 'device.shared')
    assert.ok(points > 0)
    for (const one of [other, both])
      assert.deepEqual([pointsOf(one, 'device.owned-by-other'), pointsOf(one, 'device.shared')], [points, 0])
  }
})

test('failed logins weigh on the next one and fade within hours', () => {
  const after = (count: number, waitMs: number) => {
    let profile = trained
    for (let index = 0; index < count; index++) {
      profile = play(profile, activity({ outcome: 'failed', at: start + index * 1000 })).profile
    }
    return pointsOf(play(profile, activity({ at: start + waitMs })).assessment, 'login.failures')
  }
  const points = [2, 3, 6, 10].map((count) => after(count, minute))
  assert.deepEqual(points, [0, 5, 12, 20])
  assert.equal(after(10, 8 * hour), 0)
})

test('a credential changed from a device that is not established weighs for a day', () => {
  const change = activity({ type: 'credential-change', device: 'new' })
  const { profile } = play(trained, change)
  const weight = (at: number) => pointsOf(play(profile, activity({ at })).assessment, 'credential.recent-change')
  assert.deepEqual([weight(start + hour), weight(start + 2 * day)], [25, 0])
  const own = play(trained, activity({ type: 'credential-change' })).profile
  assert.equal(own.credentialChangedAt, null)
})

test('a long absence is noticed, and soft signals are capped together', () => {
  const back = activity({ at: start + 100 * day })
  assert.equal(pointsOf(play(trained, back).assessment, 'user.dormant'), 8)
  const policy = policyWith({ signals: { 'user.dormant': { enabled: true, points: 90 } } })
  assert.equal(play(trained, back, policy).assessment.score, 25)
})

test('the reasons name the weightiest signal to the user and all of them to the operator', () => {
  const assessment = judged({ network: zurich })
  assert.equal(assessment.reasonAdmin, 'ip.unknown+20 country.unknown+20')
  assert.deepEqual(assessment.reasonUser, { en: 'We noticed a sign-in from a new place.' })
  assert.deepEqual(judged({}).reasonUser, { en: 'Nothing unusual.' })
})

test('every emitted code of the engine is in the catalogue, with a sentence', () => {
  for (const [code, { description, points }] of Object.entries(signalCatalogue)) {
    assert.match(code, /^[a-z]+([.-][a-z]+)*$/)
    assert.match(description, /^[A-Z].*\.$/)
    assert.deepEqual(
      points,
      points.toSorted((first, second) => second - first),
    )
  }
})
