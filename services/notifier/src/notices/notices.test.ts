import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  createCodecs,
  createEmbeddedRegistry,
  decisionHeader,
  type NotificationRaised,
  rightsOf,
  type SessionRecord,
  stageCatalogue,
} from '@watchword/contracts'
import { replayStage } from '@watchword/stream'
import { sampleAssessment, sessionRecord } from '../testing/sample-records.ts'
import { createAssessmentStage } from './assessment-stage.ts'
import { createSessionStage } from './session-stage.ts'

const codecs = await createCodecs(createEmbeddedRegistry())
const assessments = createAssessmentStage(codecs)
const sessions = createSessionStage(codecs)

type Sent = Readonly<{ value: Uint8Array; headers: Readonly<Record<string, string>> }>

function said(stage: typeof assessments | typeof sessions, sent: readonly Sent[]): readonly NotificationRaised[] {
  const records = sent.map(({ value, headers }, offset) => ({
    topic: stage.input,
    partition: 0,
    offset,
    timestamp: offset,
    key: 'demo:alice',
    value,
    headers,
  }))
  const replayed = [...replayStage(stage as typeof assessments, records)]
  assert.deepEqual(
    replayed.filter(({ poison }) => poison !== undefined),
    [],
  )
  return replayed.flatMap(({ outputs }) =>
    outputs.flatMap(({ value }) => {
      const { body } = codecs.notification.decode(value ?? new Uint8Array())
      return body.type === 'notification-raised' ? [{ ...body.data }] : []
    }),
  )
}

function judged(over: Partial<typeof sampleAssessment>, headers?: Readonly<Record<string, string>>): Sent {
  const value = { ...sampleAssessment, ...over }
  return { value: codecs.assessment.encode(value), headers: headers ?? { [decisionHeader]: value.decision } }
}

function happened(body: SessionRecord['body']): Sent {
  return { value: codecs.session.encode(sessionRecord(body)), headers: { ce_type: `watchword.${body.type}` } }
}

const context = { device: null, fingerprint: null, network: null, agent: null }
const lock = {
  id: 'l-1',
  version: 1,
  scope: 'user',
  app: null,
  session: null,
  device: null,
  level: 'HIGH',
  reasonUser: { en: 'An operator has locked your account.' },
  factors: [],
  since: 1,
  by: 'operator',
  grounds: 'proven',
  causes: [{ activity: 'x', time: 1, context }],
  attemptsLeft: 5,
  policy: { windowMs: 1, onExpiry: 'soft', attemptsAllowed: 5, challengeTtlMs: 1, totpPastSteps: 1 },
} as const
const action = { type: 'transfer', resource: '/accounts/1' }

describe('what is told of an assessment', () => {
  test('is its kind, by the decision', () => {
    const decisions = ['notify', 'step-up', 'deny'] as const
    assert.deepEqual(
      said(
        assessments,
        decisions.map((decision) => judged({ decision })),
      ).map(({ kind }) => kind),
      ['unusual-activity', 'verification-required', 'access-denied'],
    )
  })

  test('says where the activity came from, by its address, country and user agent', () => {
    const [told] = said(assessments, [judged({ ip: '2001:db8::7', country: 'NO', userAgent: 'curl/8' })])
    assert.partialDeepStrictEqual(told, { ip: '2001:db8::7', country: 'NO', userAgent: 'curl/8', session: 's-91' })
    const [unknown] = said(assessments, [judged({ ip: null, country: null, userAgent: null })])
    assert.partialDeepStrictEqual(unknown, { ip: null, country: null, userAgent: null })
  })

  test('is nothing where the header names no decision: such a record is not even read', () => {
    assert.deepEqual(said(assessments, [judged({}, {}), { value: Buffer.from('unreadable'), headers: {} }]), [])
  })

  test('is nothing at the first login of somebody, unless it looks like an attack', () => {
    const first = { trained: false, decision: 'step-up' } as const
    assert.deepEqual(said(assessments, [judged({ ...first, level: 'MEDIUM' })]), [])
    assert.equal(said(assessments, [judged({ ...first, level: 'HIGH' })]).length, 1)
    assert.equal(said(assessments, [judged({ ...first, decision: 'deny', level: 'LOW' })]).length, 1)
  })

  test('is said once for one cause and device, and counts what was held back', () => {
    const strange = { signals: [{ code: 'travel.impossible', points: 40, status: 'evidence', evidence: {} }] } as const
    const told = said(assessments, [judged({}), judged({}), judged({}), judged(strange), judged({ device: 'other' })])
    assert.deepEqual(
      told.map(({ signals, device, similar }) => [signals[0], device, similar]),
      [
        ['ip.unknown', 'd-7f', 0],
        ['travel.impossible', 'd-7f', 2],
        ['ip.unknown', 'other', 0],
      ],
    )
    assert.deepEqual(new Set(told.map(({ id }) => id)), new Set(['n-a-0-0', 'n-a-0-3', 'n-a-0-4']))
  })
})

describe("what is told of a user's locks, sessions and factors", () => {
  test('is what the user should know, each about its subject', () => {
    const told = said(sessions, [
      happened({ type: 'session-locked', data: { lock } }),
      happened({ type: 'session-ended', data: { app: 'bank', session: 's-1', reason: 'attempts-spent' } }),
      happened({ type: 'session-ended', data: { app: 'bank', session: 's-2', reason: 'confirmed-compromised' } }),
      happened({
        type: 'factor-changed',
        data: { factor: 'f-1', kind: 'totp', change: 'activated', activeFactors: 1, by: null },
      }),
      happened({
        type: 'factor-changed',
        data: { factor: 'f-1', kind: 'totp', change: 'removed', activeFactors: 0, by: 'user' },
      }),
      happened({ type: 'factors-reset', data: { reason: 'lost', operator: 'k-1', removed: 2 } }),
      happened({
        type: 'approval-requested',
        data: {
          authorization: 'z-1',
          owner: 'bob',
          app: 'bank',
          action,
          parametersHash: 'h',
          requestedAt: 1,
          expiresAt: 2,
        },
      }),
    ])
    assert.deepEqual(
      told.map(({ kind, subject }) => [kind, subject]),
      [
        ['locked-by-operator', 'l-1'],
        ['session-ended', 's-1'],
        ['session-ended', 's-2'],
        ['factor-added', 'f-1'],
        ['factor-removed', 'f-1'],
        ['factors-reset', 'alice'],
        ['approval-requested', 'z-1'],
      ],
    )
    for (const { reasonUser } of told) assert.notEqual(reasonUser['en'], '')
    assert.deepEqual({ ...told[6]?.facts }, { owner: 'bob', action: 'transfer', resource: '/accounts/1' })
  })

  test('is nothing of what the assessment told already, and nothing of what people do themselves', () => {
    assert.deepEqual(
      said(sessions, [
        happened({ type: 'session-locked', data: { lock: { ...lock, by: 'risk' } } }),
        happened({ type: 'session-locked', data: { lock: { ...lock, by: 'expiry' } } }),
        happened({ type: 'session-ended', data: { app: 'bank', session: 's-1', reason: 'logged out' } }),
        happened({
          type: 'factor-changed',
          data: { factor: 'f-1', kind: 'totp', change: 'added', activeFactors: 0, by: null },
        }),
        happened({ type: 'command-accepted', data: {} }),
        { value: Buffer.from('unreadable'), headers: { ce_type: 'watchword.verification-passed' } },
      ]),
      [],
    )
  })
})

test('what was told is read back only if it is all there', () => {
  const state = { told: [], heldBack: {}, digests: {} }
  for (const stage of [assessments, sessions]) {
    assert.deepEqual(stage.decodeState(Buffer.from(JSON.stringify(state))), state)
    for (const key of Object.keys(state))
      assert.throws(() => stage.decodeState(Buffer.from(JSON.stringify({ ...state, [key]: null }))), TypeError)
  }
})

test('the stages stand in the catalogue, which gives their service the rights to all they write', () => {
  for (const stage of [assessments, sessions]) {
    assert.ok(
      stageCatalogue.some(
        ({ name, service, input }) => name === stage.name && service === 'notifier' && input === stage.input,
      ),
    )
    const written = rightsOf('notifier').filter(({ operation }) => operation === 'write')
    assert.ok(written.some(({ name }) => name === stage.outputs.notification.topic))
  }
})
