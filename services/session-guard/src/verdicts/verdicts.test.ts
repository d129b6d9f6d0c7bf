import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { mintReportTicket } from '@watchword/access'
import { topicOf, userKey } from '@watchword/contracts'
import { challengeFor, enrolled, respond } from '../testing/enrolled.ts'
import { type CallResult, createGuardWorld, type GuardWorld } from '../testing/guard-world.ts'
import { judgedActivity } from '../testing/judged-activity.ts'

type Verdict = 'confirmed-compromised' | 'confirmed-safe' | 'dismissed'

const say = ({ call }: GuardWorld, assessment: string, verdict: Verdict, options: object = {}) =>
  call('POST', '/v1/verdicts', { body: { assessment, verdict }, ...options })

const status = async ({ call }: GuardWorld, user = 'alice', query = '') =>
  (await call('GET', `/v1/users/${user}/status${query}`)).body

/** Bodies of the user's records on a topic. */
async function said({ log, codecs }: GuardWorld, topic: 'session' | 'activity', user = 'alice') {
  const name = topicOf(topic)
  const key = userKey('demo', user)
  const records = await log.read(name, log.partitionFor(name, key), 0, 1_000)
  const own = records.filter((record) => record.key === key)
  return own.map(({ value }) => codecs[topic].decode(value ?? new Uint8Array()).body)
}

function ticketFor({ reportKey, clock }: GuardWorld, assessment: string, over: object = {}): string {
  const exp = Math.floor(clock.now() / 1000) + 3600
  const claims = { tenant: 'demo', app: 'bank', user: 'alice', assessment, jti: `n-${assessment}`, exp, ...over }
  return mintReportTicket(reportKey, claims) ?? ''
}

const reason = { body: { reason: 'poisoned' } }

const report = ({ call }: GuardWorld, ticket: string, body: object): Promise<CallResult> =>
  call('POST', '/v1/reports', { key: '', headers: { authorization: `Bearer ${ticket}` }, body })

describe('POST /v1/verdicts', () => {
  test('locks every session of a user who is compromised, says so on the log, and tells the scorer', async (t) => {
    const world = await createGuardWorld(t)
    const assessment = await judgedActivity(world)
    const { status: code, body, text } = await say(world, assessment, 'confirmed-compromised')
    assert.equal(code, 200, text)
    assert.partialDeepStrictEqual(body, { assessment, user: 'alice', verdict: 'confirmed-compromised' })
    assert.partialDeepStrictEqual(body['lock'], { scope: 'user', by: 'operator', level: 'HIGH' })
    for (const query of ['', '?session=s-91', '?session=s-other'])
      assert.equal((await status(world, 'alice', query))['locked'], true)
    assert.deepEqual(
      (await said(world, 'session')).map(({ type }) => type),
      ['verdict-recorded', 'session-locked'],
    )
    assert.partialDeepStrictEqual((await said(world, 'activity')).at(-1), {
      type: 'verdict',
      data: { assessment, activity: 'act-1', verdict: 'confirmed-compromised', assessed: { device: 'd-thief' } },
    })
  })

  test('after the person has answered from elsewhere the session is ended and the others are open', async (t) => {
    const world = await createGuardWorld(t)
    const { code } = await enrolled(world)
    const { body } = await say(world, await judgedActivity(world), 'confirmed-compromised')
    const challenge = await challengeFor(world, (body['lock'] as { id: string }).id)
    const answer = await respond(world, challenge, { code: code(), context: { device: 'd-home' } })
    assert.equal(answer.status, 200, answer.text)
    assert.equal((await status(world, 'alice', '?session=s-91'))['sessionState'], 'ended')
    assert.equal((await status(world, 'alice', '?session=s-other'))['locked'], false)
  })

  test('the same verdict twice has one effect, and of contradictory ones both stay in the record', async (t) => {
    const world = await createGuardWorld(t)
    const assessment = await judgedActivity(world)
    const first = await say(world, assessment, 'confirmed-compromised')
    const again = await say(world, assessment, 'confirmed-compromised')
    assert.deepEqual(again.body, first.body)
    await say(world, assessment, 'confirmed-safe')
    const verdicts = (await said(world, 'activity')).flatMap((body) =>
      body.type === 'verdict' ? [body.data.verdict] : [],
    )
    assert.deepEqual(verdicts, ['confirmed-compromised', 'confirmed-safe'])
    assert.equal((await status(world))['locked'], true, 'no verdict opens a lock')
  })

  test('a repeated request gets the first answer', async (t) => {
    const world = await createGuardWorld(t)
    const assessment = await judgedActivity(world)
    const headers = { 'idempotency-key': 'k' }
    const first = await say(world, assessment, 'dismissed', { headers })
    assert.deepEqual((await say(world, assessment, 'dismissed', { headers })).body, first.body)
    assert.equal((await say(world, assessment, 'confirmed-safe', { headers })).body['code'], 'idempotency-key-reused')
  })

  test("what is made up, another tenant's or no activity is not found, and nothing of it is written", async (t) => {
    const world = await createGuardWorld(t)
    const foreign = await judgedActivity(world, 'alice', { tenant: 'rival' })
    const own = await judgedActivity(world)
    await say(world, own, 'dismissed')
    const rival = await world.keyOf('rival', 'bank')
    const [, partition, offset] = own.split('-')
    for (const id of [
      'a-0-999-0',
      'a-99-0-0',
      'x',
      `a-${partition}-${Number(offset) + 1}-0`,
      foreign,
      'a-0-9007199254740993-0',
    ])
      assert.equal((await say(world, id, 'confirmed-compromised')).status, 404, id)
    assert.equal((await say(world, own, 'confirmed-compromised', { key: rival })).status, 404)
    assert.equal((await status(world))['locked'], false)
  })

  test('only a key with the scope operate says one, and only one of the three', async (t) => {
    const world = await createGuardWorld(t)
    const assessment = await judgedActivity(world)
    const key = await world.keyOf('demo', 'bank', 'report', 'ingest', 'check', 'enrol')
    assert.equal((await say(world, assessment, 'dismissed', { key })).status, 403)
    assert.equal((await say(world, assessment, 'guilty' as Verdict)).status, 422)
  })
})

describe('POST /v1/reports', () => {
  test('was-not-me locks the user by the ticket of the link alone; was-me is a safe verdict', async (t) => {
    const world = await createGuardWorld(t)
    const assessment = await judgedActivity(world)
    const answer = await report(world, ticketFor(world, assessment), { assessment, answer: 'was-not-me' })
    assert.deepEqual([answer.status, answer.body], [200, { assessment, answer: 'was-not-me' }], answer.text)
    assert.partialDeepStrictEqual(await status(world), { locked: true, lock: { scope: 'user', by: 'risk' } })
    const other = await judgedActivity(world, 'bob')
    const ticket = ticketFor(world, other, { user: 'bob' })
    const inBody = await world.call('POST', '/v1/reports', {
      key: '',
      body: { assessment: other, answer: 'was-me', ticket },
    })
    assert.equal(inBody.status, 200, inBody.text)
    assert.equal((await status(world, 'bob'))['locked'], false)
    assert.partialDeepStrictEqual((await said(world, 'activity', 'bob')).at(-1), {
      type: 'verdict',
      data: { verdict: 'confirmed-safe', by: 'user', operator: null },
    })
  })

  test('was-me is answered and does not reach the scorer where an operator has confirmed the theft', async (t) => {
    const world = await createGuardWorld(t)
    const assessment = await judgedActivity(world)
    await say(world, assessment, 'confirmed-compromised')
    const answer = await report(world, ticketFor(world, assessment), { assessment, answer: 'was-me' })
    assert.equal(answer.status, 200, answer.text)
    const verdicts = (await said(world, 'session')).flatMap((body) =>
      body.type === 'verdict-recorded' ? [`${body.data.by} ${body.data.verdict}`] : [],
    )
    assert.deepEqual(verdicts, ['operator confirmed-compromised', 'user confirmed-safe'])
    const facts = (await said(world, 'activity')).flatMap((body) => (body.type === 'verdict' ? [body.data.by] : []))
    assert.deepEqual(facts, ['operator'])
  })

  test('one hundred uses of a ticket at once, through two guards, are one use', async (t) => {
    const world = await createGuardWorld(t)
    const other = await createGuardWorld(t, { after: world })
    const assessment = await judgedActivity(world)
    const ticket = ticketFor(world, assessment)
    const uses = Array.from({ length: 100 }, (_, use) =>
      report(use % 2 === 0 ? world : other, ticket, { assessment, answer: use % 3 === 0 ? 'was-me' : 'was-not-me' }),
    )
    const answers = await Promise.all(uses)
    const taken = answers.flatMap(({ status: code, body }) => (code === 200 ? [body['answer']] : []))
    assert.equal(new Set(taken).size, 1, 'one answer, and nobody who gives another one is told that it counts')
    assert.equal(taken.length, taken[0] === 'was-me' ? 34 : 66)
    assert.equal(answers.filter(({ body }) => body['code'] === 'invalid-credentials').length, 100 - taken.length)
    const verdicts = (await said(world, 'session')).filter(({ type }) => type === 'verdict-recorded')
    assert.equal(verdicts.length, 1)
  })

  test('the same answer again gets the first reply, from whichever guard, and another answer is refused', async (t) => {
    const world = await createGuardWorld(t)
    const other = await createGuardWorld(t, { after: world })
    const assessment = await judgedActivity(world)
    const ticket = ticketFor(world, assessment)
    const body = { assessment, answer: 'was-not-me' }
    const first = await report(world, ticket, body)
    for (const guard of [world, other]) {
      const again = await report(guard, ticket, body)
      assert.deepEqual([again.status, again.body], [200, first.body], again.text)
      const inBody = await guard.call('POST', '/v1/reports', { key: '', body: { ...body, ticket } })
      assert.deepEqual([inBody.status, inBody.body], [200, first.body], inBody.text)
      assert.equal((await report(guard, ticket, { ...body, answer: 'was-me' })).status, 401)
    }
    // So many commands later the fold knows only that the ticket is used.
    for (let place = 0; place < 70; place++) await world.call('POST', '/v1/users/alice/profile/reset', reason)
    const forgetful = await createGuardWorld(t, { after: world })
    assert.equal((await report(forgetful, ticket, body)).status, 200)
    assert.equal((await report(forgetful, ticket, { ...body, answer: 'was-me' })).status, 401)
    const verdicts = (await said(world, 'session')).filter(({ type }) => type === 'verdict-recorded')
    assert.equal(verdicts.length, 1)
  })

  test('where no key of reports is set none is taken, and it says why', async (t) => {
    const world = await createGuardWorld(t, { config: { reportKey: undefined } })
    const assessment = await judgedActivity(world)
    const { status: code, body } = await report(world, ticketFor(world, assessment), { assessment, answer: 'was-me' })
    assert.deepEqual([code, body['code']], [404, 'not-found'])
    assert.match(String(body['detail']), /guard\.reportKey/)
  })

  test('a ticket that is no text is named as what is at fault', async (t) => {
    const world = await createGuardWorld(t)
    const body = { assessment: await judgedActivity(world), answer: 'was-me', ticket: 5 }
    const refused = await world.call('POST', '/v1/reports', { key: '', body })
    assert.partialDeepStrictEqual(refused, { status: 422, body: { errors: [{ pointer: '/ticket' }] } })
  })

  test('a ticket that is forged, over, for another assessment, user or tenant says nothing', async (t) => {
    const world = await createGuardWorld(t)
    const assessment = await judgedActivity(world)
    const ofBob = await judgedActivity(world, 'bob')
    const foreign = await judgedActivity(world, 'alice', { tenant: 'rival' })
    const forged = mintReportTicket(new Uint8Array(32), {
      tenant: 'demo',
      app: 'bank',
      user: 'alice',
      assessment,
      jti: 'x',
      exp: 9_999_999_999,
    })
    const body = { assessment, answer: 'was-not-me' }
    const cases = [
      ['forged', forged ?? '', body, 401],
      ['none', '', body, 401],
      ['a key', world.key, body, 403],
      ['over', ticketFor(world, assessment, { exp: Math.floor(world.clock.now() / 1000) - 2 }), body, 401],
      ['another assessment', ticketFor(world, ofBob, { user: 'bob' }), body, 403],
      ['of another user', ticketFor(world, ofBob), { ...body, assessment: ofBob }, 401],
      ['of another tenant', ticketFor(world, foreign), { ...body, assessment: foreign }, 404],
      ['made up', ticketFor(world, 'a-0-999-0'), { ...body, assessment: 'a-0-999-0' }, 404],
    ] as const
    for (const [name, ticket, given, code] of cases) {
      const answer = await report(world, ticket, given)
      assert.equal(answer.status, code, `${name}: ${answer.text}`)
    }
    const replayed = ticketFor(world, assessment)
    assert.equal((await report(world, replayed, { ...body, answer: 'was-me' })).status, 200)
    assert.equal((await report(world, replayed, body)).status, 401)
    for (const user of ['alice', 'bob']) assert.equal((await status(world, user))['locked'], false)
  })

  test('a page of another site cannot answer with a ticket that it got hold of', async (t) => {
    const world = await createGuardWorld(t)
    const assessment = await judgedActivity(world)
    const ticket = ticketFor(world, assessment)
    const from = (origin: string) =>
      world.call('POST', '/v1/reports', {
        key: '',
        headers: { origin },
        body: { assessment, answer: 'was-me', ticket },
      })
    assert.equal((await from('https://evil.example')).status, 403)
    assert.equal((await from('https://bank.example')).status, 200)
  })
})

test('an operator lets be forgotten what was learned of a user', async (t) => {
  const world = await createGuardWorld(t)
  const forget = (options: object = {}) =>
    world.call('POST', '/v1/users/alice/profile/reset', { body: { reason: 'poisoned' }, ...options })
  const done = await forget()
  assert.deepEqual([done.status, done.body], [200, { user: 'alice' }], done.text)
  assert.partialDeepStrictEqual((await said(world, 'session')).at(-1), {
    type: 'profile-reset',
    data: { reason: 'poisoned' },
  })
  assert.partialDeepStrictEqual((await said(world, 'activity')).at(-1), { type: 'profile-reset' })
  assert.equal((await forget({ key: await world.keyOf('demo', 'bank', 'check', 'report') })).status, 403)
})
