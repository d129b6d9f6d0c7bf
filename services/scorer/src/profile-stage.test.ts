import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  type Activity,
  type ActivityRecord,
  createCodecs,
  createEmbeddedRegistry,
  topicOf,
  rightsOf,
  stageCatalogue,
} from '@watchword/contracts'
import type { LogRecord } from '@watchword/event-log'
import { builtInPolicy } from '@watchword/policy'
import { replayStage } from '@watchword/stream'
import fc from 'fast-check'
import { createProfileStage } from './profile-stage.ts'

const codecs = await createCodecs(createEmbeddedRegistry())
const policy = builtInPolicy()
const stage = createProfileStage({ codecs, policyOf: () => policy })
const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'

const home: Activity = {
  id: 'a-1',
  app: 'bank',
  type: 'login',
  outcome: 'succeeded',
  session: 's-1',
  device: 'd-1',
  fingerprint: 'fp-1',
  ip: '203.0.113.7',
  userAgent: firefox,
  headers: {},
  time: 0,
  late: false,
  action: null,
  methods: ['pwd', 'otp'],
  signals: [],
  signal: null,
  network: {
    kind: 'public',
    address: '203.0.113.7',
    prefix: '203.0.113.0/24',
    country: 'DE',
    region: null,
    city: null,
    latitude: null,
    longitude: null,
    accuracyKm: null,
    asn: 3320,
    type: null,
    reputation: null,
    lists: [],
    trusted: null,
  },
  agent: { browser: 'Firefox', browserVersion: '140', os: 'Linux', osVersion: null, deviceType: 'desktop' },
  facts: { deviceShared: false, fingerprintShared: false, ipShared: false },
  deviceOwnedByOther: false,
  attributes: {},
  policy: policy.hash,
  sources: {},
}

const thief: Partial<Activity> = {
  type: 'access',
  methods: [],
  ip: '198.51.100.9',
  userAgent: 'curl/8',
  agent: { browser: 'Chrome', browserVersion: '140', os: 'Windows', osVersion: null, deviceType: 'desktop' },
  network: { ...home.network!, address: '198.51.100.9', prefix: '198.51.100.0/24', asn: 64_500 },
}

/** Folds the activities one second apart and answers, for each, its decoded outputs by topic. */
function play(...activities: readonly Partial<Activity>[]) {
  return playRecords(activities.map((activity, offset) => recordOf(activityRecord(offset, activity), offset)))
}

function activityRecord(offset: number, activity: Partial<Activity>): ActivityRecord {
  const receivedAt = 1_700_000_000_000 + offset * 1000
  const data = { ...home, id: `a-${offset}`, time: receivedAt, ...activity }
  return { tenant: 'demo', user: 'alice', receivedAt, body: { type: 'activity', data } }
}

function recordOf(value: ActivityRecord, offset: number): LogRecord {
  const bytes = codecs.activity.encode(value)
  return {
    topic: topicOf('activity'),
    partition: 3,
    offset,
    timestamp: value.receivedAt,
    key: 'demo:alice',
    value: bytes,
    headers: {},
  }
}

function playRecords(records: readonly LogRecord[]) {
  return [...replayStage(stage, records)].map(({ outputs, poison }) => ({
    poison,
    assessments: outputs.flatMap(({ output, value }) =>
      output === 'assessment' && value ? [codecs.assessment.decode(value)] : [],
    ),
    asked: outputs.flatMap(({ output, key, value }) =>
      output === 'asked' && value ? [{ key, ...codecs.mfa.decode(value) }] : [],
    ),
    mfa: outputs.flatMap(({ output, value }) => (output === 'mfa' && value ? [codecs.mfa.decode(value)] : [])),
    sightings: outputs.filter(({ output }) => output === 'sighting').length,
    last: outputs.at(-1)?.output,
  }))
}

describe('what nothing proves', () => {
  const report = { type: 'signal', session: null, device: null, methods: [], signals: ['phishing-proxy'] } as const

  test('asks the tenant before it locks a whole user, with the number that the policy allows', () => {
    const [, reported] = play({}, report)
    assert.deepEqual(reported?.mfa, [])
    assert.partialDeepStrictEqual(reported?.asked, [
      {
        key: 'demo:',
        user: '',
        mac: null,
        commandId: 'profile-3-1',
        body: {
          type: 'lock-asked',
          data: { user: 'alice', usersPerMinute: 20, demand: { scope: 'user', grounds: 'unproven' } },
        },
      },
    ])
    assert.equal(reported?.assessments[0]?.decision, 'step-up')
  })

  test('locks what it names by itself, and says on what grounds', () => {
    const [, device, session] = play({}, { ...report, device: 'd-evil' }, { ...report, session: 's-1' })
    assert.partialDeepStrictEqual(device?.mfa[0]?.body, { data: { scope: 'device', grounds: 'unproven' } })
    assert.partialDeepStrictEqual(session?.mfa[0]?.body, { data: { scope: 'session', grounds: 'proven' } })
  })
})

describe('the profile stage', () => {
  test('judges every activity once, the assessment last, and sights what it learns only once', () => {
    const [first, second] = play({}, {})
    assert.equal(first?.assessments[0]?.id, 'a-3-0-0')
    assert.equal(first?.last, 'assessment')
    assert.equal(first?.sightings, 3)
    assert.equal(second?.sightings, 0)
    assert.equal(second?.assessments[0]?.level, 'LOW')
  })

  test('says where an activity came from that is not allowed, the address in its usual form; of what is allowed it does not', () => {
    const [allowed, mapped, nowhere] = play(
      {},
      { ...thief, ip: '::ffff:198.51.100.9' },
      { ...thief, ip: null, userAgent: null, network: null, agent: null, signals: ['phishing-proxy'] },
    )
    const origins = [allowed, mapped, nowhere].map((played) => {
      const { decision, ip, country, userAgent } = played?.assessments[0] ?? {}
      return [decision === 'allow', ip, country, userAgent]
    })
    assert.deepEqual(origins, [
      [true, null, null, null],
      [false, '198.51.100.9', 'DE', 'curl/8'],
      [false, null, null, null],
    ])
  })

  test('takes no time from an ingest whose clock is far ahead: what comes after it is judged in its own', () => {
    const yearMs = 31_536_000_000
    const ahead = activityRecord(1, {})
    const records = [
      recordOf(activityRecord(0, {}), 0),
      { ...recordOf({ ...ahead, receivedAt: ahead.receivedAt + yearMs }, 1), timestamp: ahead.receivedAt },
      recordOf({ ...activityRecord(2, {}), receivedAt: ahead.receivedAt + 600_000 }, 2),
    ]
    const times = playRecords(records).map(({ assessments }) => assessments[0]?.receivedAt)
    assert.deepEqual(times, [ahead.receivedAt - 1_000, ahead.receivedAt + 120_000, ahead.receivedAt + 600_000])
  })

  test('asks for proof when a familiar session is used from another network and browser', () => {
    const stolen = play({}, {}, {}, thief).at(-1)
    assert.equal(stolen?.assessments[0]?.level, 'HIGH')
    const body = stolen?.mfa[0]?.body
    assert.ok(body?.type === 'mfa-required')
    assert.equal(body.data.scope, 'session')
    assert.equal(body.data.session, 's-1')
    assert.equal(body.data.context.network, '198.51.100.0/24')
    assert.equal(stolen?.mfa[0]?.mac, null)
  })

  test('is not lulled by a thief of a cookie who leaves the user agent out', () => {
    const nameless = { browser: null, browserVersion: null, os: null, osVersion: null, deviceType: null }
    const silent = play({}, {}, {}, { ...thief, userAgent: '', agent: nameless }).at(-1)
    const signals = silent?.assessments[0]?.signals.map(({ code }) => code) ?? []
    assert.ok(signals.includes('session.agent-changed'))
    assert.equal(silent?.assessments[0]?.level, 'HIGH')
  })

  test('says nothing about an activity that it has judged within 24 hours', () => {
    const [, again, other] = play({ id: 'same' }, { id: 'same' }, { id: 'same', app: 'shop' })
    assert.deepEqual(again?.assessments, [])
    assert.equal(other?.assessments.length, 1)
  })

  test('knows an activity again after a thousand others of the same user', () => {
    const between = Array.from({ length: 1_000 }, () => ({ type: 'access' }) as const)
    const played = play({ id: 'same' }, ...between, { id: 'same' })
    assert.equal(played.flatMap(({ assessments }) => assessments).length, 1_001)
    assert.deepEqual(played.at(-1)?.assessments, [])
  })

  test('never learns a context that another one answered for, and learns one that was vouched for', () => {
    const theft = activityRecord(3, { ...thief, type: 'login', session: 's-2', device: 'd-2', fingerprint: 'fp-2' })
    for (const [vouched, disowned, level] of [
      [['a-3'], [], 'LOW'],
      [[], ['a-3'], 'HIGH'],
    ] as const) {
      const outcome: ActivityRecord = {
        ...theft,
        receivedAt: theft.receivedAt + 500,
        body: {
          type: 'verification',
          data: {
            kind: 'passed',
            app: 'bank',
            session: 's-2',
            lock: 'l-3-3',
            factor: 'totp',
            vouched,
            disowned,
            reason: null,
            context: null,
            activeFactors: 1,
          },
        },
      }
      const records = [
        ...[0, 1, 2].map((offset) => recordOf(activityRecord(offset, {}), offset)),
        recordOf(theft, 3),
        recordOf(outcome, 4),
        recordOf(
          { ...activityRecord(5, { ...thief, type: 'login', session: 's-3', device: 'd-2', fingerprint: 'fp-2' }) },
          5,
        ),
      ]
      assert.equal(playRecords(records).at(-1)?.assessments[0]?.level, level)
    }
  })

  test('demands proof after a record that cannot be read, until somebody gives it', () => {
    const good = [0, 1].map((offset) => recordOf(activityRecord(offset, {}), offset))
    const broken = { ...recordOf(activityRecord(2, {}), 2), value: Buffer.from('garbage') }
    const after = recordOf(activityRecord(3, { methods: [] }), 3)
    const played = playRecords([...good, broken, after])
    assert.ok(played[2]?.poison)
    assert.equal(played[3]?.assessments[0]?.decision, 'step-up')
    assert.match(played[3]?.assessments[0]?.reasonAdmin ?? '', /history\.unreadable/)
  })

  test('says the same bytes when it folds the same records again', () => {
    const arbitrary = fc.array(
      fc.constantFrom<Partial<Activity>>({}, thief, { outcome: 'failed' }, { session: null }),
      { maxLength: 12 },
    )
    fc.assert(
      fc.property(arbitrary, (activities) => {
        assert.equal(JSON.stringify(play(...activities)), JSON.stringify(play(...activities)))
      }),
      { numRuns: 30 },
    )
  })
})

test('stands in the catalogue, which gives its service the rights to all it writes', () => {
  assert.ok(
    stageCatalogue.some(
      ({ name, service, input }) => name === stage.name && service === 'scorer' && input === stage.input,
    ),
  )
  const written = rightsOf('scorer').flatMap(({ operation, name }) => (operation === 'write' ? [name] : []))
  for (const { topic } of Object.values(stage.outputs)) assert.ok(written.includes(topic), topic)
})
