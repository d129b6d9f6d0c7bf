import assert from 'node:assert/strict'
import { test } from 'node:test'
import { greatCircleKm } from '../src/great-circle.ts'
import type { ActivityNetwork, Profile } from '../src/index.ts'
import { judgeTravel, travelTimeMinMs } from '../src/travel.ts'
import { activity, berlin, codes, hour, learnedLogins, minute, play, pointsOf, start, zurich } from './given.ts'

const budapest = { latitude: 47.4979, longitude: 19.0402 }

test('the haversine distance matches its golden values', () => {
  const golden = [
    [budapest, { latitude: 47.3769, longitude: 8.5417 }, 789.125],
    [{ latitude: 52.52, longitude: 13.405 }, { latitude: 37.7749, longitude: -122.4194 }, 9105.218],
    [{ latitude: 0, longitude: 0 }, { latitude: 0, longitude: 180 }, 20_015.114],
    [{ latitude: 10, longitude: 179.9 }, { latitude: 10, longitude: -179.9 }, 21.901],
    [budapest, budapest, 0],
  ] as const
  for (const [from, to, km] of golden) {
    assert.ok(Math.abs(greatCircleKm(from, to) - km) < 0.001, `${greatCircleKm(from, to)} is not ${km}`)
    assert.ok(Math.abs(greatCircleKm(to, from) - km) < 0.001)
  }
})

/** A trained user whose last login was in Berlin at `start`. */
function berliner(): Profile {
  return play(learnedLogins(3), activity({ methods: ['otp'] })).profile
}

function loginFrom(network: ActivityNetwork, afterMs: number, profile = berliner()) {
  return play(profile, activity({ at: start + afterMs, network })).assessment
}

test('a login abroad within minutes is an impossible journey and replaces the novelty of the country', () => {
  const assessment = loginFrom(zurich, 10 * minute)
  assert.equal(pointsOf(assessment, 'travel.impossible'), 40)
  assert.equal(pointsOf(assessment, 'country.unknown'), 0)
})

test('a journey within one country gives half', () => {
  assert.equal(pointsOf(loginFrom({ ...zurich, country: 'DE' }, 10 * minute), 'travel.impossible'), 20)
})

test('a flight of two hours is possible', () => {
  assert.deepEqual(codes(loginFrom(zurich, 2 * hour)), ['ip.unknown', 'country.unknown'])
})

test('accuracy radii are taken off the distance', () => {
  assert.equal(pointsOf(loginFrom({ ...zurich, accuracyKm: 600 }, 10 * minute), 'travel.impossible'), 0)
})

test('a learned address is skipped, wherever its owner moved it on the map', () => {
  const moved = { ...zurich, address: berlin.address }
  assert.equal(pointsOf(loginFrom(moved, 10 * minute), 'travel.impossible'), 0)
})

for (const type of ['vpn', 'relay', 'mobile', 'tor', 'proxy', 'hosting', 'satellite']) {
  test(`a gateway (${type}) is compared but never learned as a place`, () => {
    const gateway = { ...zurich, type }
    assert.equal(pointsOf(loginFrom(gateway, 10 * minute), 'travel.impossible'), 40)
    const verified = activity({ at: start + 10 * minute, network: gateway, methods: ['otp'] })
    const { profile } = play(berliner(), verified)
    assert.deepEqual(
      profile.places.map((place) => place.country),
      ['DE'],
    )
    assert.ok(profile.addresses.some((entry) => entry.value === zurich.address))
  })
}

test('times closer than a minute, or running backwards, count as a minute apart', () => {
  const place = { device: 'd', latitude: 0, longitude: 0, accuracyKm: 0, country: 'DE', at: start }
  const position = { latitude: 0, longitude: 1, accuracyKm: 0 }
  const at = (time: number) => judgeTravel([place], position, 'DE', time).kmh
  assert.equal(at(start), at(start + travelTimeMinMs))
  assert.equal(at(start + 10), at(start))
  assert.equal(at(start - travelTimeMinMs), at(start))
})

test('an event that arrives out of order is as far apart in time as it is', () => {
  const place = { device: 'd', latitude: 0, longitude: 0, accuracyKm: 0, country: 'DE', at: start }
  const position = { latitude: 0, longitude: 9, accuracyKm: 0 }
  assert.equal(judgeTravel([place], position, 'DE', start - 5 * hour).verdict, 'possible')
  assert.equal(judgeTravel([place], position, 'DE', start - minute).verdict, 'domestic')
})

test('of several impossible journeys the slowest one is told', () => {
  const near = { device: 'a', latitude: 0, longitude: 5, accuracyKm: 0, country: 'DE', at: start }
  const far = { device: 'b', latitude: 0, longitude: 90, accuracyKm: 0, country: 'BR', at: start }
  const position = { latitude: 0, longitude: 0, accuracyKm: 0 }
  for (const places of [
    [near, far],
    [far, near],
  ]) {
    const { verdict, from } = judgeTravel(places, position, 'DE', start + minute)
    assert.deepEqual([verdict, from], ['domestic', 'DE'])
  }
})

test('missing coordinates are unavailable, and a missing country is not a new one', () => {
  const nowhere = { ...zurich, country: null, latitude: null, longitude: null }
  const { signals } = loginFrom(nowhere, 10 * minute)
  const silent = signals.filter(({ status }) => status === 'unavailable').map(({ code }) => code)
  assert.deepEqual(silent, ['country.unavailable', 'travel.unavailable'])
  const countryless = loginFrom({ ...zurich, country: null }, 10 * minute)
  assert.deepEqual(codes(countryless), ['ip.unknown'])
})

test('the slowest explanation counts: with one device in each city both are possible', () => {
  const phone = activity({ at: start + minute, device: 'phone', network: zurich, methods: ['otp'] })
  const { profile } = play(berliner(), phone)
  const back = { ...berlin, address: '203.0.113.9' }
  assert.equal(pointsOf(loginFrom(back, 2 * minute, profile), 'travel.impossible'), 0)
})

test('an impossible place that was not allowed does not become the place of the user', () => {
  const risky = activity({ at: start + minute, device: 'stranger', network: zurich })
  const { profile, assessment } = play(berliner(), risky)
  assert.equal(assessment.decision, 'step-up')
  assert.deepEqual(profile.places, berliner().places)
})

test('a position is never placed by an older event', () => {
  const older = activity({ at: start - hour, network: { ...berlin, latitude: 53 }, methods: ['otp'] })
  const { profile } = play(berliner(), { ...older, receivedAt: start + minute })
  assert.equal(profile.places[0]?.latitude, berlin.latitude)
})
