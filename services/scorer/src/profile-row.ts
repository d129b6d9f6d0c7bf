import { type Codec, createRowCodec } from '@watchword/contracts'
import type { Profile } from '@watchword/risk-engine'
import { isJson } from './json-row.ts'

/** What a row holds; `recent` is the text of the recent ids. */
export type ProfileRow = Readonly<{ profile: Profile; recent: string; degraded: boolean }>

/** The layout of the rows that are written; it gets another name with every field. */
export const profileRowLayout = 'profile-4'

/** Layouts of earlier builds, whose rows are read as well. `profile-3` was in no release and is not one of them. */
export const formerProfileLayouts: readonly string[] = ['profile-2']

/** What a row begins with, which no row of `profile-2` does: those began with the 1 of their profile, or with a brace. */
const layoutNumber = 4

const text = 'string'
const maybeText = ['null', 'string']
const time = 'long'
const maybeTime = ['null', 'long']

const sighted = [
  { name: 'value', type: text },
  { name: 'count', type: 'long' },
  { name: 'firstAt', type: time },
  { name: 'lastAt', type: time },
]

const coordinates = [
  { name: 'latitude', type: 'double' },
  { name: 'longitude', type: 'double' },
  { name: 'accuracyKm', type: 'double' },
]

const level = { name: 'Level', type: 'enum', symbols: ['LOW', 'MEDIUM', 'HIGH'] }

const agent = record('Agent', [
  { name: 'browser', type: maybeText },
  { name: 'os', type: maybeText },
  { name: 'hash', type: text },
])

const context = record('Context', [
  { name: 'app', type: text },
  { name: 'session', type: maybeText },
  { name: 'device', type: maybeText },
  { name: 'fingerprint', type: maybeText },
  { name: 'address', type: maybeText },
  { name: 'learnable', type: 'boolean' },
  { name: 'prefix', type: maybeText },
  { name: 'asn', type: ['null', 'long'] },
  { name: 'country', type: maybeText },
  { name: 'position', type: ['null', record('Position', coordinates)] },
  { name: 'agent', type: ['null', agent] },
])

const session = record('SessionStart', [
  { name: 'app', type: text },
  { name: 'session', type: text },
  { name: 'context', type: context },
  { name: 'level', type: level },
  { name: 'settled', type: 'boolean' },
  { name: 'startedAt', type: time },
  { name: 'lastAt', type: time },
])

const place = record('Place', [
  ...coordinates,
  { name: 'device', type: text },
  { name: 'country', type: text },
  { name: 'at', type: time },
])

const pending = record('PendingSighting', [
  { name: 'activities', type: listOf(text) },
  { name: 'context', type: 'Context' },
  { name: 'login', type: 'boolean' },
  { name: 'level', type: 'Level' },
  { name: 'at', type: time },
])

const disowned = record('DisownedContext', [
  { name: 'device', type: maybeText },
  { name: 'fingerprint', type: maybeText },
  { name: 'address', type: maybeText },
])

const compromised = record('CompromisedContext', [
  { name: 'device', type: maybeText },
  { name: 'fingerprint', type: maybeText },
  { name: 'address', type: maybeText },
  { name: 'agent', type: maybeText },
])

const failures = record('Failures', [
  { name: 'count', type: 'double' },
  { name: 'at', type: time },
])

const before = [
  { name: 'version', type: 'int' },
  { name: 'devices', type: listOf(record('SightedDevice', [...sighted, { name: 'os', type: maybeText }])) },
  { name: 'fingerprints', type: listOf(record('Sighted', sighted)) },
  { name: 'addresses', type: listOf('Sighted') },
  { name: 'countries', type: listOf('Sighted') },
  { name: 'sessions', type: listOf(session) },
  { name: 'places', type: listOf(place) },
  { name: 'pending', type: listOf(pending) },
  { name: 'disowned', type: listOf(disowned) },
]

const after = [
  { name: 'loginsLearned', type: 'long' },
  { name: 'loginsWithDevice', type: 'long' },
  { name: 'loginsWithFingerprint', type: 'long' },
  { name: 'lastLoginAt', type: maybeTime },
  { name: 'failures', type: failures },
  { name: 'credentialChangedAt', type: maybeTime },
  { name: 'activeFactors', type: 'long' },
  { name: 'previousLevel', type: 'Level' },
]

const about = [
  { name: 'recent', type: text },
  { name: 'degraded', type: 'boolean' },
]

const present = createRowCodec<ProfileRow & Readonly<{ layout: number }>>(
  JSON.stringify(
    record('ProfileRow', [
      { name: 'layout', type: 'int' },
      {
        name: 'profile',
        type: record('Profile', [...before, { name: 'compromised', type: listOf(compromised) }, ...after]),
      },
      ...about,
    ]),
  ),
)

/** Rows of `profile-2`, of a time when nothing was known to be compromised. */
type FormerRow = Readonly<{ profile: Omit<Profile, 'compromised'>; recent: string; degraded: boolean }>

const former = createRowCodec<FormerRow>(
  JSON.stringify(record('ProfileRow', [{ name: 'profile', type: record('Profile', [...before, ...after]) }, ...about])),
)

/** A third of the bytes of JSON, which names every field in every row, in half the time. Rows of earlier builds are read, and written anew when they change. */
export const profileRows: Codec<ProfileRow> = {
  encode: (row) => present.encode({ layout: layoutNumber, ...row }),
  decode(bytes) {
    // Avro writes an int twice as large.
    if (bytes[0] === layoutNumber * 2) {
      const { profile, recent, degraded } = present.decode(bytes)
      return { profile, recent, degraded }
    }
    const row = isJson(bytes) ? (JSON.parse(Buffer.from(bytes).toString()) as FormerRow) : former.decode(bytes)
    return { ...row, profile: { ...row.profile, compromised: [] } }
  },
}

function record(name: string, fields: readonly object[]) {
  return { type: 'record', name, fields }
}

function listOf(items: string | object) {
  return { type: 'array', items }
}
