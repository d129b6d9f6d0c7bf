import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type Activity,
  type ActivityRecord,
  createCodecs,
  createEmbeddedRegistry,
  topicOf,
  type Verification,
} from '@watchword/contracts'
import type { LogRecord } from '@watchword/event-log'
import { builtInPolicy } from '@watchword/policy'
import { replayStage } from '@watchword/stream'
import fc from 'fast-check'
import { createProfileStage } from './profile-stage.ts'
import { sampleActivity } from './testing/sample-activity.ts'

const codecs = await createCodecs(createEmbeddedRegistry())
const policy = builtInPolicy()
const stage = createProfileStage({ codecs, policyOf: () => policy })

/** The same, but each state is saved and read again before anything is folded into it: a cut at every place at once. */
const cutEverywhere: typeof stage = {
  ...stage,
  fold(before, input, context) {
    const { state, outputs } = stage.fold(before, input, context)
    return { state: state === undefined ? undefined : stage.decodeState(stage.encodeState(state)), outputs }
  },
}

const start = 1_700_000_000_000
const one = (name: string) => fc.constantFrom(`${name}-1`, `${name}-2`, `${name}-3`)
const agents = [
  null,
  { browser: 'Firefox', browserVersion: '140', os: 'Linux', osVersion: null, deviceType: 'desktop' },
  { browser: 'Chrome', browserVersion: '141', os: 'Windows', osVersion: '11', deviceType: 'desktop' },
] as const

function networkOf(address: string, country: string, latitude: number): Activity['network'] {
  const prefix = `${address.split('.').slice(0, 3).join('.')}.0/24`
  const where = { country, region: null, city: null, latitude, longitude: 13, accuracyKm: 10 }
  return {
    ...where,
    kind: 'public',
    address,
    prefix,
    asn: 3320,
    type: null,
    reputation: null,
    lists: [],
    trusted: null,
  }
}

const network = fc.constantFrom(
  null,
  networkOf('203.0.113.7', 'DE', 52),
  networkOf('198.51.100.9', 'BR', -23),
  networkOf('192.0.2.44', 'DE', 48),
)

const activity: fc.Arbitrary<Partial<Activity>> = fc.record(
  {
    type: fc.constantFrom('login', 'access', 'signal'),
    outcome: fc.constantFrom('succeeded', 'failed'),
    session: fc.option(one('s')),
    device: fc.option(one('d')),
    fingerprint: fc.option(one('f')),
    agent: fc.constantFrom(...agents),
    userAgent: fc.constantFrom(null, 'one', 'other'),
    network,
    methods: fc.subarray(['pwd', 'otp']),
    signals: fc.subarray(['token-replay', 'phishing-proxy']),
    id: one('repeated'),
  },
  { requiredKeys: ['type', 'outcome'] },
)

const verification: fc.Arbitrary<Verification> = fc.record({
  kind: fc.constantFrom('passed', 'failed', 'factor-added', 'factor-removed', 'session-ended'),
  app: fc.constant(sampleActivity.app),
  session: fc.option(one('s')),
  lock: fc.constant(null),
  factor: fc.constantFrom(null, 'totp'),
  vouched: fc.subarray(['a-0', 'a-1', 'a-2', 'a-3']),
  disowned: fc.subarray(['a-0', 'a-1', 'a-2', 'a-3']),
  context: fc.constant(null),
  activeFactors: fc.nat(2),
  reason: fc.constantFrom(null, 'wrong-origin'),
})

type Body = ActivityRecord['body']
const body = (offset: number): fc.Arbitrary<Body> =>
  fc.oneof(
    { weight: 8, arbitrary: activity.map((data) => activityBody({ ...sampleActivity, id: `a-${offset}`, ...data })) },
    { weight: 2, arbitrary: verification.map((data) => ({ type: 'verification', data }) as const) },
    { weight: 1, arbitrary: fc.constant({ type: 'profile-reset', data: { reason: 'x', operator: 'o' } } as Body) },
  )

function activityBody(data: Activity): Body {
  return { type: 'activity', data: { ...data, policy: policy.hash } }
}

/** Minutes between one record and the next; a day and more, so that things are forgotten. */
const gap = fc.constantFrom(0, 1, 60, 2_000)

const records = fc.array(gap, { minLength: 1, maxLength: 30 }).chain((gaps) =>
  fc.tuple(...gaps.map((_, offset) => body(offset))).map((bodies) => {
    let receivedAt = start
    return bodies.map((each, offset): LogRecord => {
      receivedAt += (gaps[offset] ?? 0) * 60_000
      return recordOf(each, receivedAt, offset)
    })
  }),
)

function recordOf(each: Body, receivedAt: number, offset: number): LogRecord {
  const timed: Body = each.type === 'activity' ? { ...each, data: { ...each.data, time: receivedAt } } : each
  const value = codecs.activity.encode({ tenant: 'demo', user: 'alice', receivedAt, body: timed })
  return {
    topic: topicOf('activity'),
    partition: 0,
    offset,
    timestamp: receivedAt,
    key: 'demo:alice',
    value,
    headers: {},
  }
}

test('a profile that was saved and read again is judged by as one that was never put away, wherever it was cut', () => {
  let locked = 0
  fc.assert(
    fc.property(records, (sent) => {
      const whole = [...replayStage(stage, sent)]
      assert.deepEqual([...replayStage(cutEverywhere, sent)], whole)
      assert.ok(whole.every(({ poison }) => poison === undefined))
      locked += whole.filter(({ outputs }) => outputs.some(({ output }) => output === 'mfa')).length
    }),
    { numRuns: 200 },
  )
  assert.ok(locked > 50, `the test would notice a state that does not lead to locks: ${locked} locked`)
})
