import assert from 'node:assert/strict'
import { test } from 'node:test'
import { approve, approved, ask, consume, request, requested, statusOf, transfer } from '../testing/authorized.ts'
import { enrolled } from '../testing/enrolled.ts'
import { createGuardWorld } from '../testing/guard-world.ts'
import { newestLockState } from '../testing/log-records.ts'

const bobsSession = { user: 'bob', session: 's-bob' }

test('self-approval by alias: no spelling, session or device of the owner makes a supervisor', async (t) => {
  const world = await createGuardWorld(t)
  const aliases = ['alice', 'ALICE', 'Alice ', '\u200Balice', 'al\u00ADice', 'ａｌｉｃｅ']
  const codes = new Map<string, () => string>()
  for (const alias of aliases) codes.set(alias, (await enrolled(world, alias)).code)
  const bob = await enrolled(world, 'bob')
  for (const alias of aliases) {
    const made = await requested(world, { session: `s-${alias.length}` })
    const said = await approve(world, made, { user: alias }, codes.get(alias)?.() ?? '')
    assert.deepEqual([said.status, said.body['code']], [403, 'self-approval'], JSON.stringify(alias))
    await ask(world, made.id, { user: 'alice', answer: 'deny', reason: 'the next one' })
    const named = await request(world, { approvers: ['bob', alias] })
    assert.equal(named.body['code'], 'self-approval', named.text)
  }
  world.clock.advance(600_000)
  const made = await requested(world, { device: 'd-alice' })
  const sessions = [{ session: 's-91' }, { session: 's-bob', context: { device: 'd-alice' } }]
  for (const where of sessions) {
    const said = await approve(world, made, { user: 'bob', ...where }, bob.code())
    assert.equal(said.body['code'], 'self-approval', said.text)
  }
  assert.equal(await statusOf(world, made.id), 'pending')
})

test('self-approval from the device that the session was verified on, though nobody named it', async (t) => {
  const world = await createGuardWorld(t)
  const alice = await enrolled(world)
  const bob = await enrolled(world, 'bob')
  await world.call('POST', '/v1/users/alice/lock', { body: { reason: 'x', session: 's-91' } })
  const lock = (await world.call('GET', '/v1/users/alice/status?session=s-91')).body['lock'] as { id: string }
  const challenge = (await world.call('POST', `/v1/locks/${lock.id}/challenges`, { body: { factor: 'totp' } })).body
  const verified = await world.call('POST', `/v1/challenges/${String(challenge['challenge'])}/responses`, {
    body: { code: alice.code(), context: { device: 'd-alice' } },
  })
  assert.equal(verified.status, 200, verified.text)
  const made = await requested(world)
  const said = await approve(world, made, { user: 'bob', session: 's-bob', context: { device: 'd-alice' } }, bob.code())
  assert.deepEqual([said.status, said.body['code']], [403, 'self-approval'], said.text)
  assert.equal(await statusOf(world, made.id), 'pending')
})

test('one approver twice, under another spelling or not, is no quorum of two', async (t) => {
  const world = await createGuardWorld(t)
  const [bob, shouting] = [await enrolled(world, 'bob'), await enrolled(world, 'BOB')]
  const made = await requested(world, { quorum: 2 })
  assert.equal((await approve(world, made, bobsSession, bob.code())).body['approvals'], 1)
  const other = await approve(world, made, { user: 'BOB', session: 's-2' }, shouting.code())
  assert.deepEqual([other.body['status'], other.body['approvals']], ['pending', 1], other.text)
  world.clock.advance(30_000)
  const again = await approve(world, made, bobsSession, bob.code())
  assert.deepEqual([again.body['status'], again.body['approvals']], ['pending', 1], again.text)
  assert.equal((await consume(world, made.id)).body['code'], 'approval-pending')
})

test('parameter swap: what was not approved is not let through, nor in another session or for another action', async (t) => {
  const world = await createGuardWorld(t)
  const bob = await enrolled(world, 'bob')
  const made = await approved(world, bob)
  const { parameters, type, resource } = transfer
  for (const swapped of [
    { parameters: { ...parameters, amount: '25000.01' } },
    { parameters: { ...parameters, more: null } },
    { parameters: {} },
    {},
    { parameters, session: 's-other' },
    { parameters, action: { type: 'export', resource } },
    { parameters, action: { type, resource: '/accounts/2' } },
  ])
    assert.equal((await consume(world, made.id, swapped)).body['code'], 'parameters-changed', JSON.stringify(swapped))
  const same = { parameters, session: 's-91', action: { type, resource } }
  assert.equal((await consume(world, made.id, same)).status, 200)
})

test('replay of consume: one hundred at once are one success', async (t) => {
  const world = await createGuardWorld(t)
  const made = await approved(world, await enrolled(world, 'bob'))
  const answers = await Promise.all(Array.from({ length: 100 }, () => consume(world, made.id)))
  assert.equal(answers.filter(({ status }) => status === 200).length, 1)
  assert.ok(answers.every(({ status, body }) => status === 200 || body['code'] === 'already-consumed'))
})

test('one hundred approvals with one code are one approval', async (t) => {
  const world = await createGuardWorld(t)
  const bob = await enrolled(world, 'bob')
  const [one, two] = [await requested(world), await requested(world)]
  const code = bob.code()
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, index) => approve(world, index % 2 === 0 ? one : two, bobsSession, code)),
  )
  const approvedIds = new Set(answers.filter(({ status }) => status === 200).map(({ body }) => body['id']))
  assert.equal(approvedIds.size, 1)
  assert.deepEqual(
    new Set([await statusOf(world, one.id), await statusOf(world, two.id)]),
    new Set(['approved', 'pending']),
  )
})

test('approval after the end of its life does nothing, and what was approved before is not let through after', async (t) => {
  const world = await createGuardWorld(t)
  const bob = await enrolled(world, 'bob')
  const late = await requested(world, { ttl: 'PT1M' })
  const { challenge } = (await ask(world, late.id, bobsSession)).body
  const inTime = await approved(world, bob, { ttl: 'PT1M' })
  world.clock.advance(60_000)
  const said = await ask(world, late.id, { ...bobsSession, challenge, code: bob.code(), number: late.number })
  assert.deepEqual([said.status, said.body['code']], [410, 'expired'], said.text)
  assert.equal((await consume(world, inTime.id)).body['code'], 'expired')
  assert.equal(await statusOf(world, inTime.id), 'expired')
  const over = await world.call('GET', `/v1/authorizations/${inTime.id}`)
  assert.ok(!over.text.includes(transfer.parameters.amount), 'what it was about is not told any more')
  world.clock.advance(600_000)
  assert.equal((await world.call('GET', `/v1/authorizations/${inTime.id}`)).status, 404)
})

test('approval of a denied one, and of one that was used', async (t) => {
  const world = await createGuardWorld(t)
  const [bob, carol] = [await enrolled(world, 'bob'), await enrolled(world, 'carol')]
  const made = await requested(world, { approvers: ['bob', 'carol'] })
  const { challenge } = (await ask(world, made.id, { user: 'carol' })).body
  await ask(world, made.id, { user: 'bob', answer: 'deny', reason: 'no' })
  const said = await ask(world, made.id, { user: 'carol', challenge, code: carol.code(), number: made.number })
  assert.deepEqual([said.status, said.body['code']], [409, 'approval-denied'], said.text)
  assert.equal((await ask(world, made.id, { user: 'bob' })).body['code'], 'approval-denied')
  const used = await approved(world, bob)
  await consume(world, used.id)
  assert.equal((await ask(world, used.id, { user: 'carol' })).body['code'], 'already-consumed')
})

test("approval bound to another authorization's challenge, another approver's, or another session's", async (t) => {
  const world = await createGuardWorld(t)
  const [bob, carol] = [await enrolled(world, 'bob'), await enrolled(world, 'carol')]
  const small = await requested(world, { action: { ...transfer, parameters: { amount: '1.00' } } })
  const large = await requested(world)
  const { challenge } = (await ask(world, small.id, bobsSession)).body
  const tries = [
    [large, bobsSession, bob.code()],
    [small, { user: 'carol', session: 's-bob' }, carol.code()],
    [small, { user: 'bob', session: 's-other' }, bob.code()],
  ] as const
  for (const [{ id, number }, approver, code] of tries) {
    const said = await ask(world, id, { ...approver, challenge, code, number })
    assert.deepEqual([said.status, said.body['code']], [409, 'stale-challenge'], said.text)
  }
  const right = { ...bobsSession, challenge, code: bob.code(), number: small.number }
  assert.equal((await ask(world, small.id, right)).status, 200)
  world.clock.advance(30_000)
  assert.equal((await ask(world, small.id, { ...right, code: bob.code() })).body['code'], 'stale-challenge')
})

test('a wrong number is a failed attempt that leaves the code unused, and attempts run out', async (t) => {
  const world = await createGuardWorld(t)
  const bob = await enrolled(world, 'bob')
  const made = await requested(world)
  const number = made.number === '99' ? '98' : String(Number(made.number) + 1)
  const wrong = await approve(world, { ...made, number }, bobsSession, bob.code())
  assert.partialDeepStrictEqual(
    [wrong.status, wrong.body],
    [401, { code: 'verification-failed', attemptsLeft: 4 }],
    wrong.text,
  )
  for (const left of [3, 2, 1, 0])
    assert.equal((await approve(world, { ...made, number }, bobsSession, bob.code())).body['attemptsLeft'], left)
  const blocked = await approve(world, made, bobsSession, bob.code())
  assert.equal(blocked.status, 429)
  assert.ok(Number(blocked.headers['retry-after']) > 800)
})

test('prompt bombing: nobody has many requests open, and nobody is asked by many at once', async (t) => {
  const world = await createGuardWorld(t)
  const burst = await Promise.all(Array.from({ length: 20 }, () => request(world, { approvers: ['bob'] })))
  assert.equal(burst.filter(({ status }) => status === 201).length, 3)
  const refused = burst.filter(({ status }) => status === 429)
  assert.equal(refused.length, 17)
  assert.ok(refused.every(({ headers }) => Number(headers['retry-after']) > 290))

  const crowd = await Promise.all(
    Array.from({ length: 20 }, (_, index) => request(world, { user: `u-${index}`, approvers: ['bob'] })),
  )
  assert.equal(crowd.filter(({ status }) => status === 201).length, 2, 'five open questions in all')
  const prompts = (await newestLockState(world, 'bob')).prompts
  assert.equal(prompts.length, 5)
  const other = await request(world, { user: 'u-30', approvers: ['bob', 'carol'] })
  assert.equal(other.status, 201, 'one who can be asked is enough for a quorum of one')
})

test('prompt bombing: ten requests in ten minutes, whatever becomes of them', async (t) => {
  const world = await createGuardWorld(t)
  for (let count = 0; count < 10; count += 1) {
    const { id } = await requested(world)
    await ask(world, id, { user: 'alice', answer: 'deny', reason: 'again' })
  }
  const refused = await request(world)
  assert.equal(refused.status, 429)
  world.clock.advance((Number(refused.headers['retry-after']) + 1) * 1_000)
  assert.equal((await request(world)).status, 201)
})

test('whoever was not asked by name does not approve, and a page does not learn that there is anything', async (t) => {
  const world = await createGuardWorld(t)
  const carol = await enrolled(world, 'carol')
  const made = await requested(world, { approvers: ['bob'] })
  const said = await approve(world, made, { user: 'carol' }, carol.code())
  assert.deepEqual([said.status, said.body['code']], [403, 'not-an-approver'])
  const { ticket } = (await world.call('POST', '/v1/tickets', { body: { user: 'carol', purpose: 'challenge' } })).body
  const page = await ask(world, made.id, {}, { key: '', headers: { 'x-watchword-ticket': String(ticket) } })
  assert.equal(page.status, 404)
  for (const [tenant, app] of [
    ['demo', 'shop'],
    ['rival', 'bank'],
  ] as const) {
    const key = await world.keyOf(tenant, app)
    assert.equal((await world.call('GET', `/v1/authorizations/${made.id}`, { key })).status, 404)
    assert.equal((await consume(world, made.id, undefined, { key })).status, 404)
  }
  const key = await world.keyOf('demo', 'bank', 'check', 'subscribe', 'operate', 'report', 'ingest', 'enrol')
  assert.equal((await consume(world, made.id, undefined, { key })).status, 403)
})

test("the approver's session is locked, or has ended: a right code approves nothing", async (t) => {
  const world = await createGuardWorld(t)
  const bob = await enrolled(world, 'bob')
  const made = await requested(world)
  const { challenge } = (await ask(world, made.id, bobsSession)).body
  await world.call('POST', '/v1/users/bob/lock', { body: { reason: 'x', session: 's-bob' } })
  const answer = { ...bobsSession, challenge, code: bob.code(), number: made.number }
  const said = await ask(world, made.id, answer)
  assert.deepEqual([said.status, said.body['code']], [409, 'locked'], said.text)
  await world.call('DELETE', '/v1/sessions/s-bob?user=bob')
  assert.equal((await ask(world, made.id, answer)).body['code'], 'locked')
  assert.equal((await ask(world, made.id, bobsSession)).body['code'], 'locked')
  assert.equal(await statusOf(world, made.id), 'pending')
})

test('a stolen session: locked or ended it neither asks nor uses what was approved before', async (t) => {
  const world = await createGuardWorld(t)
  const made = await approved(world, await enrolled(world, 'bob'))
  await world.call('POST', '/v1/users/alice/lock', { body: { reason: 'x', session: 's-91' } })
  assert.equal((await consume(world, made.id)).body['code'], 'locked')
  assert.equal((await request(world)).body['code'], 'locked')
  await world.call('DELETE', '/v1/sessions/s-91?user=alice')
  assert.equal((await consume(world, made.id)).body['code'], 'locked')
  assert.equal((await request(world)).body['code'], 'locked')
  assert.equal((await request(world, { session: 's-92' })).status, 201)
})

test('a factor that was enrolled after the question approves nothing', async (t) => {
  const world = await createGuardWorld(t)
  const made = await requested(world)
  const bob = await enrolled(world, 'bob')
  const said = await approve(world, made, bobsSession, bob.code())
  assert.deepEqual([said.status, said.body['code']], [401, 'verification-failed'], said.text)
})
