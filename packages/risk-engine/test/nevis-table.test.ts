import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { Activity, ActivityNetwork, CompiledPolicy, Profile } from '../src/index.ts'
import { assess, emptyProfile } from '../src/index.ts'
import {
  activity,
  balanced,
  berlin,
  day,
  hour,
  learnedLogins,
  play,
  policyWith,
  start,
  strict,
  zurich,
} from './given.ts'

type Familiarity = 'unknown' | 'known' | 'established'

interface Row {
  readonly row: string
  readonly case: string
  readonly strict: 'LOW' | 'MED' | 'HIGH'
  readonly balanced: 'LOW' | 'MED' | 'HIGH'
  readonly state: {
    readonly device: Familiarity
    readonly fingerprint: Familiarity
    readonly ip: Familiarity
    readonly country: Familiarity
    readonly deviceShared: boolean
    readonly fingerprintShared: boolean
    readonly ipShared: boolean
    readonly countryBlacklisted: boolean
    readonly ipReputationBad: boolean
    readonly velocity: 'none' | 'domestic' | 'cross-border'
    readonly phishingProxy: boolean
  }
}

const rows = JSON.parse(readFileSync(new URL('../golden/nevis-table.json', import.meta.url), 'utf8')) as Row[]
const levels = { LOW: 'LOW', MED: 'MEDIUM', HIGH: 'HIGH' } as const
const marginMin = 8
const sightings = { unknown: 0, known: 1, established: 3 } as const
const travels = { none: 2 * day, domestic: hour / 6, 'cross-border': hour / 6 } as const
// Where the past logins that do not carry the value of the row came from.
const elsewhere = { device: 'device-past', fingerprint: 'fingerprint-past', address: '203.0.113.' }

function here(state: Row['state']): ActivityNetwork {
  const place = state.velocity === 'domestic' ? { ...zurich, country: 'DE' } : zurich
  return { ...place, reputation: state.ipReputationBad ? 'bad' : 'ok' }
}

/** Learns exactly as many logins with each value as the row says, and three with others, by real activities. */
function profileOf(state: Row['state']): Profile {
  const now = here(state)
  let profile = emptyProfile
  for (let index = 0; index < 3; index++) {
    const at = start - (10 - index) * day
    const carries = (familiarity: Familiarity): boolean => index >= 3 - sightings[familiarity]
    const known = carries(state.ip)
    const network: ActivityNetwork = {
      ...(known ? now : berlin),
      reputation: 'ok',
      address: known ? now.address : `${elsewhere.address}${index}`,
      country: carries(state.country) ? now.country : 'FR',
    }
    const login = activity({
      at,
      methods: ['pwd', 'otp'],
      device: carries(state.device) ? 'device-1' : elsewhere.device,
      fingerprint: carries(state.fingerprint) ? 'fingerprint-1' : elsewhere.fingerprint,
      network,
    })
    profile = play(profile, login).profile
  }
  return profile
}

function loginOf(state: Row['state'], profile: Profile): Activity {
  const lastPlace = Math.max(...profile.places.map((place) => place.at))
  return activity({
    at: lastPlace + travels[state.velocity],
    network: here(state),
    facts: {
      deviceShared: state.deviceShared,
      fingerprintShared: state.fingerprintShared,
      ipShared: state.ipShared,
    },
    signals: state.phishingProxy ? ['phishing-proxy'] : [],
  })
}

function distanceToNextLevel(score: number, policy: CompiledPolicy): number {
  const { medium, high } = policy.cuts
  // A cut is reached by equality, so a score below it is one step further from its own level than it looks.
  const distances = [medium, high].map((cut) => (score >= cut ? score - cut : cut - score))
  return Math.min(...distances)
}

test('the table has all its rows', () => {
  assert.equal(rows.length, 30)
})

for (const [name, fixed] of [
  ['strict', strict],
  ['balanced', balanced],
] as const) {
  for (const row of rows) {
    test(`row ${row.row} is ${row[name]} in ${name}: ${row.case}`, () => {
      const { state } = row
      const blockedCountries = state.countryBlacklisted ? [here(state).country ?? ''] : []
      const policy = policyWith({ profile: name, blockedCountries })
      const profile = profileOf(state)
      const { score, level, trained, reasonAdmin } = assess(loginOf(state, profile), profile, policy)
      assert.equal(trained, true)
      assert.equal(level, levels[row[name]], `${score}: ${reasonAdmin}`)
      const margin = distanceToNextLevel(score, fixed)
      assert.ok(margin >= marginMin, `${score} lies ${margin} from a cut: ${reasonAdmin}`)
    })
  }
}

test('learning by real logins makes a value known after one and established after three', () => {
  assert.deepEqual(
    [1, 3].map((count) => learnedLogins(count).devices[0]?.count),
    [1, 3],
  )
})
