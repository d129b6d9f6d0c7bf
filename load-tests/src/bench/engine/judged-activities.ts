import { agentHash } from '@watchword/contracts'
import { type Activity, assess, type CompiledPolicy, emptyProfile, observe, type Profile } from '@watchword/risk-engine'
import { address } from '../drive/logins.ts'

/** An activity to be judged, with the profile of its user. */
export type Case = Readonly<{ activity: Activity; profile: Profile }>

const day = 86_400_000
const start = 1_790_000_000_000
const agents = ['Windows', 'macOS', 'Linux'].map((os) => ({
  browser: 'Chrome',
  browserVersion: '140',
  os,
  osVersion: '11',
  deviceType: 'desktop',
  hash: agentHash(os),
}))

/**
 * Users with a history of twelve logins from two devices and three addresses, and what they do next: of ten activities
 * seven come from a known context, two from a new address, one from a new device abroad.
 */
export function judgedActivities(users: number, policy: CompiledPolicy): readonly Case[] {
  return Array.from({ length: users }, (_, user) => {
    let profile: Profile = emptyProfile
    for (let index = 0; index < 12; index += 1) {
      const past = activityOf(user, { at: start + index * day, device: index % 2, place: index % 3, country: 'DE' })
      profile = observe(profile, past, assess(past, profile, policy))
    }
    const kind = user % 10
    const next = { at: start + 12 * day, device: kind === 9 ? 7 : 0, place: kind < 7 ? 0 : 8 }
    return { profile, activity: activityOf(user, { ...next, country: kind === 9 ? 'BR' : 'DE' }) }
  })
}

type Circumstances = Readonly<{ at: number; device: number; place: number; country: string }>

function activityOf(user: number, { at, device, place, country }: Circumstances): Activity {
  const ip = address(user * 16 + place)
  return {
    id: `activity-${user}-${at}`,
    app: 'demo',
    type: 'login',
    outcome: 'succeeded',
    session: `s-${user}-${at}`,
    device: `device-${user}-${device}`,
    fingerprint: `fp-${user}-${device}`,
    ip,
    time: at,
    receivedAt: at,
    late: false,
    action: { type: 'login', resource: '/accounts', sensitivity: 'low', count: 1 },
    methods: at < start + 12 * day ? ['pwd', 'otp'] : ['pwd'],
    signals: [],
    signal: null,
    network: {
      kind: 'public',
      address: ip,
      prefix: `${ip.split('.').slice(0, 3).join('.')}.0/24`,
      country,
      region: null,
      city: null,
      latitude: country === 'DE' ? 52.5 : -23.5,
      longitude: country === 'DE' ? 13.4 : -46.6,
      accuracyKm: 20,
      asn: 3320 + place,
      type: 'residential',
      reputation: 'ok',
      lists: [],
      trusted: null,
    },
    agent: agents[device % agents.length] ?? null,
    facts: { deviceShared: false, fingerprintShared: false, ipShared: false },
    deviceOwnedByOther: false,
    attributes: {},
  }
}
