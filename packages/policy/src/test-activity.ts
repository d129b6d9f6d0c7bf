import type { Activity, ActivityAgent, ActivityNetwork } from '@watchword/risk-engine'
import { parseAddress } from './address.ts'
import type { ReadyPolicy } from './compile-document.ts'
import type { PolicyTest } from './policy-schema.ts'

type Raw = NonNullable<PolicyTest['activities']>[number]

/** Where the activity stands among those of its test. */
export type TestContext = Readonly<{
  policy: Pick<ReadyPolicy, 'trustedReason'>
  index: number
  /** Epoch milliseconds, for an activity that names no time. */
  fallbackTime: number
  agentOf: (userAgent: string) => ActivityAgent | null
}>

const types = ['login', 'logout', 'access', 'credential-change', 'context', 'signal'] as const
const outcomes = ['succeeded', 'failed', 'attempted'] as const

/** An activity of a policy's test, written as for `POST /v1/activities`, as the risk engine reads it; `time` is the time of arrival. */
export function testActivity(raw: Raw, { policy, index, fallbackTime, agentOf }: TestContext): Activity {
  const named = Date.parse(text(raw, 'time') ?? '')
  const time = Number.isNaN(named) ? fallbackTime : named
  const userAgent = text(raw, 'userAgent')
  return {
    id: text(raw, 'id') ?? `activity-${index + 1}`,
    app: text(raw, 'app') ?? 'demo',
    type: types.find((type) => type === raw['type']) ?? 'access',
    outcome: outcomes.find((outcome) => outcome === raw['outcome']) ?? 'succeeded',
    session: text(raw, 'session'),
    device: text(raw, 'device'),
    fingerprint: text(raw, 'fingerprint'),
    ip: text(raw, 'ip'),
    time,
    receivedAt: time,
    late: false,
    action: actionOf(object(raw['action'])),
    methods: texts(object(raw['authentication'])?.['methods']),
    signals: texts(raw['signals']),
    signal: signalOf(object(raw['signal'])),
    network: networkOf(raw, policy, time),
    agent: userAgent === null ? null : agentOf(userAgent),
    facts: { deviceShared: false, fingerprintShared: false, ipShared: false },
    deviceOwnedByOther: (text(raw, 'deviceOwner') ?? text(raw, 'user')) !== text(raw, 'user'),
    attributes: attributesOf(object(raw['attributes'])),
  }
}

function networkOf(raw: Raw, policy: TestContext['policy'], time: number): ActivityNetwork | null {
  const given = object(raw['network'])
  const address = parseAddress(text(raw, 'ip') ?? '')
  if (given === null && address === undefined) return null
  const fields = given ?? {}
  const trusted = address === undefined ? null : policy.trustedReason(address, time)
  const reputation = text(fields, 'reputation')
  return {
    kind: address?.kind ?? 'unknown',
    address: address?.normal ?? '',
    prefix: address?.prefix ?? '',
    country: text(fields, 'country')?.toUpperCase() ?? null,
    region: text(fields, 'region'),
    city: text(fields, 'city'),
    latitude: number(fields, 'latitude'),
    longitude: number(fields, 'longitude'),
    accuracyKm: number(fields, 'accuracyKm'),
    asn: number(fields, 'asn'),
    type: text(fields, 'type'),
    reputation: reputation === 'ok' || reputation === 'bad' ? reputation : null,
    lists: [],
    trusted: trusted === null ? null : { reason: trusted },
  }
}

function actionOf(action: Raw | null): Activity['action'] {
  if (action === null) return null
  return {
    type: text(action, 'type') ?? '',
    resource: text(action, 'resource'),
    sensitivity: text(action, 'sensitivity'),
    count: number(action, 'count'),
  }
}

function signalOf(signal: Raw | null): Activity['signal'] {
  const code = signal === null ? null : text(signal, 'code')
  if (signal === null || code === null) return null
  return { code, subject: text(signal, 'subject'), severity: text(signal, 'severity') }
}

function attributesOf(attributes: Raw | null): Activity['attributes'] {
  const scalars = Object.entries(attributes ?? {}).flatMap(([name, value]) =>
    typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
      ? [[name, value] as const]
      : [],
  )
  return Object.fromEntries(scalars)
}

function object(value: unknown): Raw | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Raw) : null
}

function text(fields: Raw, name: string): string | null {
  const value = fields[name]
  return typeof value === 'string' && value !== '' ? value : null
}

function number(fields: Raw, name: string): number | null {
  const value = fields[name]
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}
