import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AssessmentRecord, topicOf } from '@watchword/contracts'
import { challengeFor, enrolled, lockOf, respond } from '../testing/enrolled.ts'
import { type CallOptions, createGuardWorld, type GuardWorld, thief } from '../testing/guard-world.ts'
import { until } from '../testing/until.ts'

const enrolments = ['totp', 'webauthn/options', 'recovery-codes'] as const

async function judged(
  { log, codecs, clock }: GuardWorld,
  decision: AssessmentRecord['decision'],
  session = 's-91',
): Promise<void> {
  const now = clock.now()
  const assessment: AssessmentRecord = {
    tenant: 'demo',
    user: 'alice',
    id: `a-${now}`,
    activity: 'x',
    app: 'bank',
    session,
    device: null,
    ip: null,
    country: null,
    userAgent: null,
    type: 'access',
    outcome: 'succeeded',
    time: now,
    receivedAt: now,
    score: 98,
    level: 'HIGH',
    previousLevel: null,
    probability: 0.5,
    decision,
    signals: [],
    reasonUser: {},
    reasonAdmin: '',
    policy: { profile: 'balanced', version: 0, hash: 'h' },
    engine: '1.0.0',
    sources: {},
    causes: [],
    trained: true,
    late: false,
  }
  await log.append([{ topic: topicOf('assessment'), key: 'demo:alice', value: codecs.assessment.encode(assessment) }])
}

async function held({ call }: GuardWorld, session = 's-91'): Promise<CallOptions> {
  const { ticket } = (await call('POST', '/v1/tickets', { body: { user: 'alice', session, purpose: 'enrol' } })).body
  const listed = await call('GET', '/v1/users/alice/factors', {
    key: '',
    headers: { authorization: `Ticket ${String(ticket)}` },
  })
  return { key: '', headers: { 'x-watchword-capability': String(listed.headers['x-watchword-capability']) } }
}

test('a session at risk enrols and removes nothing, locked or not, until somebody has verified themselves in it', async (t) => {
  const world = await createGuardWorld(t)
  const { factor, code } = await enrolled(world)
  const inIt = await held(world)
  const begun = await world.call('POST', '/v1/users/alice/factors/totp', inIt)
  await judged(world, 'notify')
  const enrol = (kind: string, options: CallOptions) => world.call('POST', `/v1/users/alice/factors/${kind}`, options)
  await until(async () => (await enrol('webauthn/options', inIt)).status === 409)
  for (const kind of enrolments) {
    const refused = await enrol(kind, inIt)
    assert.deepEqual([refused.status, refused.body['code']], [409, 'locked'], kind)
  }
  // The next request of the owner, or of a thief who has learned, is allowed: that proves nothing.
  await judged(world, 'allow')
  await judged(world, 'allow', 's-seen')
  await until(
    async () => (await world.call('GET', '/v1/users/alice/status?session=s-seen')).body['sessionState'] === 'active',
  )
  const confirming = { ...inIt, body: { code: '123456' } }
  for (const kind of enrolments) assert.equal((await enrol(kind, inIt)).status, 409, kind)
  assert.equal((await enrol(`totp/${String(begun.body['factor'])}/confirm`, confirming)).status, 409)
  assert.equal((await world.call('DELETE', `/v1/users/alice/factors/${factor}`, inIt)).status, 409)
  assert.equal((await enrol('recovery-codes', await held(world, 's-other'))).status, 201, 'another session')

  await world.demand('alice')
  const challenge = await challengeFor(world, await lockOf(world))
  await respond(world, challenge, { code: code(), context: { ip: '203.0.113.9', device: thief.device } })
  for (const kind of enrolments) assert.equal((await enrol(kind, inIt)).status, 201, kind)
})

test('the first factor is enrolled by a ticket also in a session at risk', async (t) => {
  const world = await createGuardWorld(t)
  await judged(world, 'step-up')
  const inIt = await held(world)
  for (const kind of enrolments)
    assert.equal((await world.call('POST', `/v1/users/alice/factors/${kind}`, inIt)).status, 201, kind)
  assert.equal((await world.call('POST', '/v1/users/alice/factors/totp', inIt)).status, 409, 'the codes were the first')
})

test('whoever was allowed in without being known enrols a second factor as well as the first', async (t) => {
  const world = await createGuardWorld(t)
  await judged(world, 'allow')
  const inIt = await held(world)
  for (const kind of ['recovery-codes', 'totp', 'webauthn/options'])
    assert.equal((await world.call('POST', `/v1/users/alice/factors/${kind}`, inIt)).status, 201, kind)
})
