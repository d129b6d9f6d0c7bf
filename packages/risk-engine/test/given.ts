import type { Activity, ActivityAgent, ActivityNetwork, Assessment, Policy, Profile } from '../src/index.ts'
import { assess, compilePolicy, defaultPolicy, emptyProfile, observe, strictPolicy } from '../src/index.ts'

export const minute = 60_000
export const hour = 60 * minute
export const day = 24 * hour
export const start = 1_790_000_000_000

export const balanced = compilePolicy(defaultPolicy)
export const strict = compilePolicy(strictPolicy)

export const agent: ActivityAgent = {
  browser: 'Chrome',
  browserVersion: '140',
  os: 'Windows',
  osVersion: '11',
  deviceType: 'desktop',
  hash: 'ua-1',
}
export const otherAgent: ActivityAgent = { ...agent, browser: 'Firefox', os: 'Linux', hash: 'ua-2' }

/** A public network in Berlin. */
export const berlin: ActivityNetwork = {
  kind: 'public',
  address: '192.0.2.10',
  prefix: '192.0.2.0/24',
  country: 'DE',
  region: 'BE',
  city: 'Berlin',
  latitude: 52.52,
  longitude: 13.405,
  accuracyKm: 10,
  asn: 64500,
  type: 'residential',
  reputation: 'ok',
  lists: [],
  trusted: null,
}

export const zurich: ActivityNetwork = {
  ...berlin,
  address: '198.51.100.7',
  prefix: '198.51.100.0/24',
  country: 'CH',
  latitude: 47.3769,
  longitude: 8.5417,
  asn: 64501,
}

export const privateNetwork: ActivityNetwork = {
  ...berlin,
  kind: 'private',
  address: '192.168.1.5',
  prefix: '192.168.1.0/24',
  country: null,
  latitude: null,
  longitude: null,
  asn: null,
  type: null,
  reputation: null,
}

const usual: Activity = {
  id: 'activity-0',
  app: 'bank',
  type: 'login',
  outcome: 'succeeded',
  session: null,
  device: 'device-1',
  fingerprint: 'fingerprint-1',
  ip: '192.0.2.10',
  time: start,
  receivedAt: start,
  late: false,
  action: null,
  methods: ['pwd'],
  signals: [],
  signal: null,
  network: berlin,
  agent,
  facts: { deviceShared: false, fingerprintShared: false, ipShared: false },
  deviceOwnedByOther: false,
  attributes: {},
}

/** A login as usual, with what is to be different; `at` sets both times. */
export function activity(changes: Partial<Activity> & { readonly at?: number } = {}): Activity {
  const { at = start, ...others } = changes
  return { ...usual, id: `activity-${at}`, time: at, receivedAt: at, ...others }
}

/** Plays one activity: its assessment and the profile after it. */
export function play(
  profile: Profile,
  given: Activity,
  policy = balanced,
): { assessment: Assessment; profile: Profile } {
  const assessment = assess(given, profile, policy)
  return { assessment, profile: observe(profile, given, assessment) }
}

/** The profile after `count` verified logins, one a day, the last of them a day before `start`. */
export function learnedLogins(count: number, changes: Partial<Activity> = {}, from: Profile = emptyProfile): Profile {
  let profile = from
  for (let index = 0; index < count; index++) {
    const at = start - (count - index) * day
    profile = play(profile, activity({ methods: ['pwd', 'otp'], ...changes, at })).profile
  }
  return profile
}

export function policyWith(changes: Partial<Policy>): ReturnType<typeof compilePolicy> {
  return compilePolicy({ ...defaultPolicy, ...changes })
}

export function codes(assessment: Assessment): readonly string[] {
  return assessment.signals.filter(({ status }) => status === 'evidence').map(({ code }) => code)
}

export function pointsOf(assessment: Assessment, code: string): number {
  return assessment.signals.find((signal) => signal.code === code)?.points ?? 0
}
