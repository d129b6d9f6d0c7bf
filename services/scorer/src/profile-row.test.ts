import assert from 'node:assert/strict'
import { test } from 'node:test'
import { emptyProfile, type Profile } from '@watchword/risk-engine'
import fc from 'fast-check'
import { formerProfileLayouts, type ProfileRow, profileRowLayout, profileRows } from './profile-row.ts'

const text = fc.string({ unit: 'grapheme', maxLength: 40 })
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null })
const time = fc.integer({ min: 0, max: 8_640_000_000_000_000 })
const count = fc.nat()
const level = fc.constantFrom('LOW', 'MEDIUM', 'HIGH')
const degrees = fc.double({ min: -180, max: 180, noNaN: true })
const coordinates = { latitude: degrees, longitude: degrees, accuracyKm: fc.double({ min: 0, noNaN: true }) }
const sighted = { value: text, count, firstAt: time, lastAt: time }
const context = fc.record({
  app: text,
  session: maybe(text),
  device: maybe(text),
  fingerprint: maybe(text),
  address: maybe(text),
  learnable: fc.boolean(),
  prefix: maybe(text),
  asn: maybe(count),
  country: maybe(text),
  position: maybe(fc.record(coordinates)),
  agent: maybe(fc.record({ browser: maybe(text), os: maybe(text), hash: text })),
})
const session = { app: text, session: text, context, level, settled: fc.boolean(), startedAt: time, lastAt: time }
const profile: fc.Arbitrary<Profile> = fc.record({
  version: fc.constant(1),
  devices: fc.array(fc.record({ ...sighted, os: maybe(text) })),
  fingerprints: fc.array(fc.record(sighted)),
  addresses: fc.array(fc.record(sighted)),
  countries: fc.array(fc.record(sighted)),
  sessions: fc.array(fc.record(session)),
  places: fc.array(fc.record({ ...coordinates, device: text, country: text, at: time })),
  pending: fc.array(fc.record({ activities: fc.array(text), context, login: fc.boolean(), level, at: time })),
  disowned: fc.array(fc.record({ device: maybe(text), fingerprint: maybe(text), address: maybe(text) })),
  compromised: fc.array(
    fc.record({ device: maybe(text), fingerprint: maybe(text), address: maybe(text), agent: maybe(text) }),
  ),
  loginsLearned: count,
  loginsWithDevice: count,
  loginsWithFingerprint: count,
  lastLoginAt: maybe(time),
  failures: fc.record({ count: fc.double({ min: 0, noNaN: true }), at: time }),
  credentialChangedAt: maybe(time),
  activeFactors: count,
  previousLevel: level,
})
const row: fc.Arbitrary<ProfileRow> = fc.record({ profile, recent: text, degraded: fc.boolean() })

/** Without the classes that records are decoded to. */
function plain(value: ProfileRow): unknown {
  return JSON.parse(JSON.stringify(value, (_, inner: unknown) => (Object.is(inner, -0) ? '-0' : inner)))
}

test('a row is read as it was written, every field of it', () => {
  fc.assert(
    fc.property(row, (value) => assert.deepEqual(plain(profileRows.decode(profileRows.encode(value))), plain(value))),
  )
})

test('a damaged row is refused or read as another one, never half', () => {
  const bytes = profileRows.encode({ profile: emptyProfile, recent: 'abc', degraded: false })
  for (let length = 0; length < bytes.length; length += 1)
    assert.throws(() => profileRows.decode(bytes.subarray(0, length)), { code: 'undecodable-record' })
  assert.throws(() => profileRows.decode(Buffer.concat([bytes, Buffer.of(0)])), { code: 'undecodable-record' })
})

test('the layout of a name never changes: rows that were saved under it are still read', () => {
  assert.equal(profileRowLayout, 'profile-4')
  assert.equal(Buffer.from(profileRows.encode(full)).toString('base64'), fullRow)
})

test('a row of an earlier build is read: Avro without what is compromised, or JSON; and no row of it is taken for one of today', () => {
  const former = { ...full, profile: { ...full.profile, compromised: [] } }
  assert.deepEqual(formerProfileLayouts, ['profile-2'])
  assert.deepEqual(plain(profileRows.decode(Buffer.from(formerRow, 'base64'))), plain(former))
  const { compromised: _, ...profile } = full.profile
  assert.deepEqual(profileRows.decode(Buffer.from(JSON.stringify({ ...full, profile }))), former)
})

const seen = { value: 'v', count: 3, firstAt: 1, lastAt: 2 }
const somewhere = { latitude: 52.5, longitude: 13.4, accuracyKm: 20 }
const home = {
  app: 'bank',
  session: 's',
  device: 'd',
  fingerprint: 'f',
  address: '203.0.113.7',
  learnable: true,
  prefix: '203.0.113.0/24',
  asn: 3320,
  country: 'DE',
  position: somewhere,
  agent: { browser: 'Firefox', os: 'Linux', hash: 'h' },
}
const full: ProfileRow = {
  profile: {
    ...emptyProfile,
    devices: [{ ...seen, os: 'Linux' }],
    fingerprints: [seen],
    addresses: [seen],
    countries: [seen],
    sessions: [{ app: 'bank', session: 's', context: home, level: 'MEDIUM', settled: true, startedAt: 1, lastAt: 2 }],
    places: [{ ...somewhere, device: 'd', country: 'DE', at: 4 }],
    pending: [{ activities: ['a', 'b'], context: home, login: true, level: 'HIGH', at: 5 }],
    disowned: [{ device: 'd', fingerprint: null, address: 'a' }],
    compromised: [{ device: 'd', fingerprint: 'f', address: null, agent: 'h' }],
    loginsLearned: 6,
    loginsWithDevice: 7,
    loginsWithFingerprint: 8,
    lastLoginAt: 9,
    failures: { count: 0.5, at: 10 },
    credentialChangedAt: 11,
    activeFactors: 12,
    previousLevel: 'HIGH',
  },
  recent: 'msJE8xyW2EI0htgp8',
  degraded: true,
}
const fullRow =
  'CAICAnYGAgQCCkxpbnV4AAICdgYCBAACAnYGAgQAAgJ2BgIEAAIIYmFuawJzCGJhbmsCAnMCAmQCAmYCFjIwMy4wLjExMy43AQIcMjAzLjAuMTEzLjAvMjQC8DMCBERFAgAAAAAAQEpAzczMzMzMKkAAAAAAAAA0QAICDkZpcmVmb3gCCkxpbnV4AmgCAQIEAAIAAAAAAEBKQM3MzMzMzCpAAAAAAAAANEACZARERQgAAgQCYQJiAAhiYW5rAgJzAgJkAgJmAhYyMDMuMC4xMTMuNwECHDIwMy4wLjExMy4wLzI0AvAzAgRERQIAAAAAAEBKQM3MzMzMzCpAAAAAAAAANEACAg5GaXJlZm94AgpMaW51eAJoAQQKAAICAmQAAgJhAAICAmQCAmYAAgJoAAwOEAISAAAAAAAA4D8UAhYYBCJtc0pFOHh5VzJFSTBodGdwOAE='

/** The same in `profile-2`, which had no compromised contexts. */
const formerRow =
  'AgICdgYCBAIKTGludXgAAgJ2BgIEAAICdgYCBAACAnYGAgQAAghiYW5rAnMIYmFuawICcwICZAICZgIWMjAzLjAuMTEzLjcBAhwyMDMuMC4xMTMuMC8yNALwMwIEREUCAAAAAABASkDNzMzMzMwqQAAAAAAAADRAAgIORmlyZWZveAIKTGludXgCaAIBAgQAAgAAAAAAQEpAzczMzMzMKkAAAAAAAAA0QAJkBERFCAACBAJhAmIACGJhbmsCAnMCAmQCAmYCFjIwMy4wLjExMy43AQIcMjAzLjAuMTEzLjAvMjQC8DMCBERFAgAAAAAAQEpAzczMzMzMKkAAAAAAAAA0QAICDkZpcmVmb3gCCkxpbnV4AmgBBAoAAgICZAACAmEADA4QAhIAAAAAAADgPxQCFhgEIm1zSkU4eHlXMkVJMGh0Z3A4AQ=='
