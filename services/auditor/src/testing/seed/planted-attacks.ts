import type { Clickhouse } from '@watchword/clickhouse'
import { activity, berlin, type Moment, momentsOf, newYork, range, type SeededActivity } from './seeded-activity.ts'

/** An anomaly that is in the seeded tables: what the view of this name has to find. */
export type PlantedAttack = Readonly<{ view: PlantedView; subject: string }>

export type PlantedView =
  | 'users_at_risk'
  | 'password_sprays'
  | 'credential_stuffing'
  | 'impossible_travel'
  | 'rare_places'
  | 'dormant_accounts'
  | 'mfa_fatigue'
  | 'export_outliers'
  | 'peer_outliers'
  | 'shared_devices'

type Day = Readonly<{ tenant: string; day: string }>

/**
 * Stores one attack of each kind on `day`, such as `2026-11-19`, each on people or from addresses of its own (`victim-…`, 192.0.2.0/24), so that one
 * view finds it and no other. They are told from plain days of the same tenant that end with `day` and are three weeks or more.
 */
export async function plantAttacks(client: Clickhouse, { tenant, day }: Day): Promise<readonly PlantedAttack[]> {
  const at = momentsOf(day)
  await client.insert(
    'activities',
    [
      ...spray(at),
      ...stuffing(at),
      ...travel(at),
      ...rarePlace(at),
      ...dormant(at),
      ...exports(at),
      ...busy(at),
      ...sharedDevice(at),
    ].map((row, offset) => ({ ...row, tenant, id: `planted-${offset}`, partition: 0, offset })),
    { settings: { max_partitions_per_insert_block: '0' } },
  )
  await client.insert('assessments', [atRisk(tenant, at)])
  await client.insert('verdicts', verdicts(tenant, at))
  await plantFatigue(client, tenant, at)
  return [
    { view: 'users_at_risk', subject: 'victim-risk' },
    { view: 'password_sprays', subject: 'address 192.0.2.66' },
    { view: 'credential_stuffing', subject: 'bank' },
    { view: 'impossible_travel', subject: 'victim-travel' },
    { view: 'rare_places', subject: 'country KP victim-rare' },
    { view: 'rare_places', subject: 'asn 131279 victim-rare' },
    { view: 'dormant_accounts', subject: 'victim-dormant' },
    { view: 'mfa_fatigue', subject: 'victim-fatigue' },
    { view: 'export_outliers', subject: 'victim-export' },
    { view: 'peer_outliers', subject: 'activities bank victim-busy' },
    { view: 'shared_devices', subject: 'd-stolen' },
  ]
}

/** One address, two passwords at each of forty people in half an hour. */
function spray(at: Moment): SeededActivity[] {
  return range(80).map((number) =>
    activity(at(0, 3, 0, number * 22), `user-${String(number % 40).padStart(7, '0')}`, {
      type: 'login',
      outcome: 'failed',
      ip: '192.0.2.66',
      device: '',
      fingerprint: 'fp-of-a-script',
      country: 'RU',
      asn: 49505,
    }),
  )
}

/** A list of ninety people, each tried once, from sixty addresses with a fingerprint each; half of the people are of elsewhere. */
function stuffing(at: Moment): SeededActivity[] {
  return range(90).map((number) =>
    activity(
      at(0, 4, 0, number * 35),
      number % 2 === 0 ? `elsewhere-${number}` : `user-${String(number).padStart(7, '0')}`,
      {
        type: 'login',
        outcome: 'failed',
        ip: `192.0.2.${100 + (number % 60)}`,
        device: '',
        fingerprint: `fp-of-bot-${number}`,
        country: 'BR',
        asn: 28573,
      },
    ),
  )
}

/** Berlin and, forty minutes later, New York. */
function travel(at: Moment): SeededActivity[] {
  const user = 'victim-travel'
  return [
    activity(at(0, 12), user, { type: 'login', ...berlin }),
    activity(at(0, 12, 20), user, berlin),
    activity(at(0, 13), user, { ...newYork, device: 'd-victim-travel-2' }),
  ]
}

/** Twelve days as everybody, then from where nobody of the tenant ever was. */
function rarePlace(at: Moment): SeededActivity[] {
  const user = 'victim-rare'
  const before = range(12).map((day) => activity(at(-1 - day, 10), user, { type: 'login', ...berlin }))
  const place = { country: 'KP', asn: 131279, city: '', latitude: null, longitude: null, ip: '192.0.2.7' }
  return [...before, activity(at(0, 5), user, { type: 'login', ...place }), activity(at(0, 5, 1), user, place)]
}

/** Nothing for 130 days, then a sign-in that looks like any other. */
function dormant(at: Moment): SeededActivity[] {
  return [-131, -130, 0].map((day) => activity(at(day, 11), 'victim-dormant', { type: 'login', ...berlin }))
}

/** About 300 rows a day for eighteen days, then 40 000. */
function exports(at: Moment): SeededActivity[] {
  return range(19).map((day) =>
    activity(at(-day, 14), 'victim-export', {
      ...berlin,
      action: 'export',
      resource: '/customers',
      action_count: day === 0 ? 40_000 : 260 + ((day * 37) % 90),
      peers: '',
    }),
  )
}

/** Looks at 1 500 accounts in a day, where colleagues look at a few. */
function busy(at: Moment): SeededActivity[] {
  return range(1_500).map((number) =>
    activity(at(0, 9, 0, number * 15), 'victim-busy', { ...berlin, action: 'view', resource: `/accounts/${number}` }),
  )
}

/** One device, eight people within an hour. */
function sharedDevice(at: Moment): SeededActivity[] {
  return range(8).map((number) =>
    activity(at(0, 15, number * 5), `victim-device-${number}`, { type: 'login', ...berlin, device: 'd-stolen' }),
  )
}

/** Judged an attack as good as certainly, and nothing has been proven since. */
function atRisk(tenant: string, at: Moment) {
  return {
    tenant,
    app: 'bank',
    user: 'victim-risk',
    session: 's-victim-risk',
    at: at(0, 16),
    partition: 0,
    offset: 1,
    id: 'a-planted',
    activity: 'planted-risk',
    device: 'd-victim-risk',
    type: 'login',
    outcome: 'succeeded',
    score: 96,
    level: 'HIGH',
    previous_level: 'LOW',
    probability: 0.97,
    decision: 'deny',
    reason_admin: 'travel.impossible+40 device.unknown+58',
    profile: 'balanced',
    policy_version: 1,
    engine: '1.0.0',
    trained: true,
    signal_codes: ['travel.impossible', 'device.unknown'],
    signal_points: [40, 58],
    signal_statuses: ['evidence', 'evidence'],
  }
}

/** An operator first takes it for nothing, then knows better. */
function verdicts(tenant: string, at: Moment) {
  return ['dismissed', 'confirmed-compromised'].map((verdict, offset) => ({
    tenant,
    app: 'bank',
    user: 'victim-risk',
    session: 's-victim-risk',
    at: at(0, 17, offset),
    partition: 0,
    offset,
    assessment: 'a-planted',
    activity: 'planted-risk',
    verdict,
    by: 'operator',
    operator: 'k-1',
  }))
}

/** Asked again and again for eight minutes, refused three times, then let in. */
async function plantFatigue(client: Clickhouse, tenant: string, at: Moment): Promise<void> {
  const own = { tenant, app: 'bank', user: 'victim-fatigue', session: 's-victim-fatigue', partition: 0 }
  await client.insert(
    'lock_events',
    range(6).map((number) => ({
      ...own,
      at: at(0, 2, number),
      offset: number,
      lock: 'l-fatigue',
      version: number,
      event: number === 0 ? 'session-locked' : 'lock-extended',
      scope: 'session',
      level: 'HIGH',
      by: 'risk',
      appended: at(0, 2, number, 0.09),
      caused_at: at(0, 2, number),
    })),
  )
  const answer = (minute: number, event: string, reason: string) => ({
    ...own,
    at: at(0, 2, minute, 30),
    offset: 10 + minute,
    event,
    lock: 'l-fatigue',
    factor: 'f-victim-fatigue',
    factor_kind: 'totp',
    reason,
  })
  await client.insert('session_events', [
    ...[1, 3, 4].map((minute) => answer(minute, 'verification-failed', 'wrong-code')),
    answer(7, 'verification-passed', ''),
  ])
}
