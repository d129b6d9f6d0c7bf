import { type Codecs, topicOf, type TopicName, type TopicValues } from '@watchword/contracts'
import type { AppendRecord } from '@watchword/event-log'

/** When the first of the sample records happened, epoch milliseconds. */
export const sampleTime = Date.UTC(2026, 10, 20, 10)

export type Sample = Readonly<{ tenant?: string; user?: string; session?: string; at?: number; partition?: number }>

/** What a login of the platform leaves in the log, a lock that it led to, and how it was told: seven records, all of one user. */
export function sampleRecords(codecs: Codecs, number: number, sample: Sample = {}): readonly AppendRecord[] {
  const { tenant = 'demo', user = 'alice', session = `s-${number}`, at = sampleTime + number, partition = 0 } = sample
  const of = <Name extends TopicName>(name: Name, value: TopicValues[Name], index?: number): AppendRecord => ({
    topic: topicOf(name),
    key: `${tenant}:${user}`,
    value: codecs[name].encode(value),
    partition,
    headers: index === undefined ? {} : { 'ww-source': `sample/${partition}/${number}/${index}` },
  })
  const lock = `l-${number}`
  const place = { app: 'bank', session, device: null }
  const event = { tenant, user, at, seq: number, commandId: null }
  return [
    of('activity', { tenant, user, receivedAt: at, body: { type: 'activity', data: activity(number, session, at) } }),
    of('assessment', { ...assessment(number, session, at), tenant, user }, 0),
    of(
      'session',
      {
        ...event,
        body: {
          type: 'session-locked',
          data: {
            lock: {
              ...sampleLock,
              id: lock,
              ...place,
              since: at,
              causes: [{ ...cause, activity: `act-${number}`, time: at }],
            },
          },
        },
      },
      1,
    ),
    of(
      'session',
      {
        ...event,
        body: {
          type: 'verification-passed',
          data: { ...verification, lock, session, verifiedUntil: at },
        },
      },
      2,
    ),
    of(
      'session',
      {
        ...event,
        body: {
          type: 'session-unlocked',
          data: { lock, version: 2, scope: 'session', ...place, by: 'verification', operator: null, reason: null },
        },
      },
      3,
    ),
    of('notification', { tenant, user, at, body: { type: 'notification-raised', data: raised(number, session) } }, 4),
    of('notification', { tenant, user, at, body: { type: 'delivery-attempted', data: attempted(number) } }),
  ]
}

const verification = {
  version: 1,
  challenge: null,
  factor: 'f-1',
  factorKind: 'totp',
  app: 'bank',
  ended: false,
  vouched: [],
  disowned: [],
  backupChanged: false,
}

const cause = { context: { device: null, fingerprint: null, network: null, agent: null } } as const

const sampleLock = {
  version: 1,
  scope: 'session',
  level: 'HIGH',
  reasonUser: {},
  factors: ['totp'],
  by: 'risk',
  grounds: 'proven',
  attemptsLeft: 5,
  policy: { windowMs: 1, onExpiry: 'soft', attemptsAllowed: 5, challengeTtlMs: 1, totpPastSteps: 1 },
} as const

function activity(number: number, session: string, at: number) {
  return {
    id: `act-${number}`,
    app: 'bank',
    type: 'login',
    outcome: 'succeeded',
    session,
    device: 'd-1',
    fingerprint: null,
    ip: '203.0.113.7',
    userAgent: null,
    headers: {},
    time: at,
    late: false,
    action: null,
    methods: [],
    signals: [],
    signal: null,
    network: { ...network, country: 'DE', asn: 3320 },
    agent: { browser: 'Firefox', browserVersion: null, os: 'Linux', osVersion: null, deviceType: 'desktop' },
    facts: { deviceShared: false, fingerprintShared: false, ipShared: false },
    attributes: { role: 'teller' },
    policy: 'h',
    sources: {},
    deviceOwnedByOther: false,
  } as const
}

const network = {
  kind: 'public',
  address: '203.0.113.7',
  prefix: '203.0.113.0/24',
  region: null,
  city: 'Berlin',
  latitude: 52.5,
  longitude: 13.25,
  accuracyKm: null,
  type: 'residential',
  reputation: null,
  lists: [],
  trusted: null,
} as const

function assessment(number: number, session: string, at: number) {
  return {
    id: `a-0-${number}-0`,
    activity: `act-${number}`,
    app: 'bank',
    session,
    device: 'd-1',
    ip: '203.0.113.7',
    country: 'DE',
    userAgent: null,
    type: 'login',
    outcome: 'succeeded',
    time: at,
    receivedAt: at,
    score: 70,
    level: 'HIGH',
    previousLevel: null,
    probability: 0.8,
    decision: 'step-up',
    signals: [
      { code: 'ip.unknown', points: 70, status: 'evidence', evidence: { seen: 0 } },
      { code: 'country.unavailable', points: 0, status: 'unavailable', evidence: {} },
    ],
    reasonUser: { en: 'We noticed a sign-in from a new place.' },
    reasonAdmin: 'ip.unknown+70',
    policy: { profile: 'balanced', version: 3, hash: 'h' },
    engine: '1.0.0',
    sources: {},
    causes: [],
    trained: true,
    late: false,
  } as const
}

function raised(number: number, session: string) {
  return {
    id: `n-a-0-${number}`,
    kind: 'verification-required',
    severity: 'high',
    audience: ['user', 'operators'],
    app: 'bank',
    session,
    device: 'd-1',
    ip: '203.0.113.7',
    country: 'DE',
    userAgent: null,
    subject: `a-0-${number}-0`,
    reasonUser: { en: 'We noticed a sign-in from a new place.' },
    signals: ['ip.unknown'],
    score: 70,
    level: 'HIGH',
    facts: { type: 'login', outcome: 'succeeded' },
    similar: 2,
  } as const
}

function attempted(number: number) {
  return {
    notification: `n-a-0-${number}`,
    endpoint: 'chat',
    attempt: 1,
    outcome: 'delivered',
    detail: 'http-204',
    nextAt: null,
  } as const
}
