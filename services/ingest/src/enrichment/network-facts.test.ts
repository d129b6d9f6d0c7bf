import assert from 'node:assert/strict'
import { test } from 'node:test'
import { builtInPolicy, compileDocument, parsePolicy } from '@watchword/policy'
import { geoFactsOf, noGeoFacts } from './geo-facts.ts'
import { createNetworkFacts } from './network-facts.ts'

const policy = builtInPolicy()
const berlin = {
  ...noGeoFacts,
  country: 'DE',
  city: 'Berlin',
  latitude: 52.5,
  longitude: 13.4,
  accuracyKm: 20,
  asn: 3320,
}

function networkFacts() {
  const asked: string[] = []
  const facts = createNetworkFacts({
    geoOf(ip) {
      asked.push(ip)
      return berlin
    },
    listsOf: (_address, asn) =>
      asn === 64_500
        ? { type: 'hosting', reputation: 'bad', lists: ['hosters'] }
        : { type: null, reputation: 'ok', lists: [] },
  })
  return { facts, asked }
}

test('facts of the app win field by field, and also stand for a private address', () => {
  const { facts } = networkFacts()
  const merged = facts.of('8.8.8.8', { city: 'Potsdam', asn: 64_500, reputation: 'ok' }, policy, 0)
  assert.deepEqual(
    [merged?.country, merged?.city, merged?.latitude, merged?.asn, merged?.type, merged?.reputation, merged?.lists],
    ['DE', 'Potsdam', 52.5, 64_500, 'hosting', 'ok', ['hosters']],
  )
  const office = facts.of('10.0.0.1', { country: 'at', latitude: 48.2, longitude: 16.4 }, policy, 0)
  assert.deepEqual([office?.kind, office?.country, office?.latitude, office?.accuracyKm], ['private', 'AT', 48.2, null])
  assert.equal(facts.of('10.0.0.1', undefined, policy, 0)?.country, null)
  const nowhere = facts.of(null, { country: 'FR' }, policy, 0)
  assert.deepEqual([nowhere?.kind, nowhere?.address, nowhere?.country], ['unknown', null, 'FR'])
  assert.equal(facts.of(null, undefined, policy, 0), null)
})

test('another country than that of the database takes nothing of its place from it', () => {
  const { facts } = networkFacts()
  const elsewhere = facts.of('8.8.8.8', { country: 'FR' }, policy, 0)
  assert.deepEqual([elsewhere?.country, elsewhere?.city, elsewhere?.latitude, elsewhere?.asn], ['FR', null, null, 3320])
})

test('an address is looked up once until the data changes, and never when it is not public', () => {
  const { facts, asked } = networkFacts()
  for (const ip of ['8.8.8.8', '8.8.8.8', '::ffff:8.8.8.8', '127.0.0.1', 'fe80::1']) facts.of(ip, undefined, policy, 0)
  assert.deepEqual(asked, ['8.8.8.8', '8.8.8.8'])
  facts.forget()
  facts.of('8.8.8.8', undefined, policy, 0)
  assert.equal(asked.length, 3)
})

test('a trusted network of the policy is named, with its expiry against the time of arrival', () => {
  const parsed = parsePolicy({
    trustedNetworks: [{ cidr: '8.8.8.0/24', reason: 'office', expires: '2026-01-01T00:00:00Z' }],
  })
  assert.ok(parsed.ok)
  const trusting = { ...policy, ...compileDocument(parsed.document) }
  const { facts } = networkFacts()
  assert.equal(facts.of('8.8.8.8', undefined, trusting, Date.parse('2025-12-31T00:00:00Z'))?.trusted, 'office')
  assert.equal(facts.of('8.8.8.8', undefined, trusting, Date.parse('2026-01-01T00:00:00Z'))?.trusted, null)
})

test('databases of MaxMind and of ip-location-db are read alike', () => {
  assert.deepEqual(
    geoFactsOf({
      country: { iso_code: 'DE' },
      subdivisions: [{ iso_code: 'BE' }],
      city: { names: { en: 'Berlin' } },
      location: { latitude: 52.5, longitude: 13.4, accuracy_radius: 20 },
    }),
    { country: 'DE', region: 'BE', city: 'Berlin', latitude: 52.5, longitude: 13.4, accuracyKm: 20, asn: null },
  )
  assert.deepEqual(geoFactsOf({ autonomous_system_number: 3320, autonomous_system_organization: 'x' }), {
    ...noGeoFacts,
    asn: 3320,
  })
  assert.deepEqual(
    geoFactsOf({ country_code: 'de', state1: 'Berlin', city: 'Berlin', latitude: '52.5', longitude: 13.4 }),
    {
      ...noGeoFacts,
      country: 'DE',
      region: 'Berlin',
      city: 'Berlin',
      latitude: 52.5,
      longitude: 13.4,
    },
  )
  for (const odd of [null, 7, 'x', {}, { country: 'DE' }, { location: { latitude: 1 } }])
    assert.deepEqual(geoFactsOf(odd), noGeoFacts)
})
