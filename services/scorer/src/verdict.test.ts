import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Activity, type ActivityRecord, createCodecs, createEmbeddedRegistry, topicOf } from '@watchword/contracts'
import { builtInPolicy } from '@watchword/policy'
import { replayStage } from '@watchword/stream'
import fc from 'fast-check'
import { createProfileStage } from './profile-stage.ts'
import { sampleActivity } from './testing/sample-activity.ts'

const codecs = await createCodecs(createEmbeddedRegistry())
const policy = builtInPolicy()
const stage = createProfileStage({ codecs, policyOf: () => policy })

type Body = ActivityRecord['body']

const login = (id: string, over: Partial<Activity> = {}): Body => ({
  type: 'activity',
  data: { ...sampleActivity, id, methods: ['pwd', 'otp'], policy: policy.hash, ...over },
})

type Kind = 'confirmed-compromised' | 'confirmed-safe' | 'dismissed'

const verdictOn = (activity: string, verdict: Kind, device = 'd-1', by: 'operator' | 'user' = 'operator'): Body => ({
  type: 'verdict',
  data: {
    assessment: 'a-0-1-0',
    activity,
    app: 'bank',
    session: null,
    verdict,
    by,
    operator: by === 'operator' ? 'key-1' : null,
    assessed: {
      type: 'login',
      outcome: 'succeeded',
      late: false,
      device,
      fingerprint: null,
      address: null,
      learnable: false,
      network: null,
      asn: null,
      country: null,
      browser: null,
      os: null,
      agent: null,
    },
  },
})

/** Folds the bodies one second apart: what each is judged, and how many things of it are sighted. */
function play(bodies: readonly Body[]) {
  const records = bodies.map((body, offset) => {
    const receivedAt = 1_700_000_000_000 + offset * 1_000
    const value = codecs.activity.encode({ tenant: 'demo', user: 'alice', receivedAt, body })
    const place = { topic: topicOf('activity'), partition: 0, offset, timestamp: receivedAt }
    return { ...place, key: 'demo:alice', value, headers: {} }
  })
  return [...replayStage(stage, records)].map(({ outputs, poison }) => {
    assert.equal(poison, undefined)
    const [assessment] = outputs.flatMap(({ output, value }) =>
      output === 'assessment' && value ? [codecs.assessment.decode(value)] : [],
    )
    const codes = assessment?.signals.map(({ code }) => code) ?? []
    return {
      codes,
      score: assessment?.score,
      decision: assessment?.decision,
      sighted: outputs.filter(({ output }) => output === 'sighting').length,
    }
  })
}

const usual = ['a-1', 'a-2', 'a-3'].map((id) => login(id))
const plain = (id: string, over: Partial<Activity> = {}): Body => login(id, { methods: ['pwd'], ...over })

test('a verdict judges nothing by itself, and is seen in the very next judgement', () => {
  const [verdict, next] = play([...usual, plain('a-4'), verdictOn('a-4', 'confirmed-compromised'), plain('a-5')]).slice(
    -2,
  )
  assert.deepEqual(verdict, { codes: [], score: undefined, decision: undefined, sighted: 0 })
  assert.equal(next?.decision, 'step-up')
  assert.ok(next.codes.includes('context.compromised'))
})

test('what a verdict makes known is sighted, as what was learned from a login is', () => {
  const strange = plain('a-4', { device: 'd-2' })
  const [verdict, next] = play([
    ...usual,
    strange,
    verdictOn('a-4', 'confirmed-safe', 'd-2'),
    plain('a-5', { device: 'd-2' }),
  ]).slice(-2)
  assert.equal(verdict?.sighted, 1)
  assert.ok(next?.codes.includes('device.known'))
})

test('what a user calls safe is not learned, not trusted, and as compromised as an operator called it', () => {
  const strange = (id: string) => plain(id, { device: 'd-2', session: id })
  const wasMe = verdictOn('a-4', 'confirmed-safe', 'd-2', 'user')
  const dismissed = verdictOn('a-4', 'dismissed', 'd-2', 'user')
  for (const isCompromised of [false, true]) {
    const before = isCompromised ? [verdictOn('a-4', 'confirmed-compromised', 'd-2')] : []
    const [judged, without] = [wasMe, dismissed].map((verdict) =>
      play([...usual, strange('a-4'), ...before, verdict, strange('a-5')]).slice(-2),
    )
    assert.deepEqual(judged, without)
    const codes = judged?.[1]?.codes ?? []
    assert.deepEqual(
      ['device.unknown', 'context.compromised'].map((code) => codes.includes(code)),
      [true, isCompromised],
    )
  }
})

test('no sequence of verdicts of a user lowers any score, nor does it spare anybody the second factor', () => {
  const device = fc.nat(3).map((n) => `d-${n}`)
  const activity = fc.tuple(fc.nat(5), device).map(([n, of]) => plain(`p-${n}`, { device: of, session: `s-${n % 3}` }))
  const operator = fc.tuple(fc.constantFrom<Kind[]>('confirmed-compromised', 'confirmed-safe'), device)
  const history = fc.array(
    fc.oneof(
      activity,
      operator.map(([kind, of]) => verdictOn('p-0', kind, of)),
    ),
    { maxLength: 8 },
  )
  const said = fc.array(
    fc.tuple(fc.nat(5), fc.constantFrom<Kind[]>('confirmed-compromised', 'confirmed-safe'), device),
    { minLength: 1, maxLength: 8 },
  )
  fc.assert(
    fc.property(history, said, device, (before, verdicts, of) => {
      const probe = plain('probe', { device: of, session: 's-new' })
      const [given, silent] = [false, true].map((isSilent) => {
        const byUser = verdicts.map(([n, kind, from]) =>
          verdictOn(`p-${n}`, isSilent ? 'dismissed' : kind, from, 'user'),
        )
        return play([...usual, ...before, ...byUser, probe]).at(-1)
      })
      assert.ok((given?.score ?? 0) >= (silent?.score ?? 0), `${given?.score} where it was ${silent?.score}`)
      if (silent?.decision !== 'allow') assert.notEqual(given?.decision, 'allow')
    }),
  )
})

test('a user who is forgotten is a stranger, and is learned anew', () => {
  const reset: Body = { type: 'profile-reset', data: { operator: 'key-1' } }
  const [stranger, again] = play([...usual, reset, plain('a-4'), login('a-5'), plain('a-6')]).slice(-3)
  assert.ok(stranger?.codes.includes('device.unknown'))
  assert.ok(again?.codes.includes('device.unknown'))
})

test('the same records give the same judgements, whatever verdicts stand among them', () => {
  const bodies = fc.array(
    fc.oneof(
      fc.nat(5).map((n) => plain(`p-${n}`, { device: `d-${n % 3}` })),
      fc.nat(5).map((n) => verdictOn(`p-${n}`, n % 2 === 0 ? 'confirmed-safe' : 'confirmed-compromised', `d-${n % 3}`)),
    ),
    { maxLength: 20 },
  )
  fc.assert(fc.property(bodies, (given) => assert.deepEqual(play(given), play(given))))
})
