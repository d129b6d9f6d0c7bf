import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { topicOf, userKey } from '@watchword/contracts'
import { builtInPolicy } from '@watchword/policy'
import { challengeFor, enrolled, lockOf, respond } from '../testing/enrolled.ts'
import { type CallResult, createGuardWorld, type GuardWorld, thief, type WorldOptions } from '../testing/guard-world.ts'
import { until } from '../testing/until.ts'

const context = { ip: '203.0.113.9', device: thief.device }

/** A locked user with a factor, and a challenge that waits for its answer. */
async function challenged(t: TestContext, options: WorldOptions = {}) {
  const world = await createGuardWorld(t, options)
  const { code } = await enrolled(world)
  await world.demand('alice')
  const lock = await lockOf(world)
  return { world, code, lock, challenge: await challengeFor(world, lock) }
}

/** Another process on the same log, which remembers nothing. */
async function restarted(t: TestContext, world: GuardWorld): Promise<GuardWorld> {
  await world.guard.stop()
  return createGuardWorld(t, { after: world })
}

async function heldFor(
  { call }: GuardWorld,
  user: string,
  over: object = {},
): Promise<{ key: string; headers: Record<string, string> }> {
  const { body } = await call('POST', '/v1/tickets', { body: { user, purpose: 'challenge', context, ...over } })
  return { key: '', headers: { authorization: `Ticket ${String(body['ticket'])}`, 'idempotency-key': 'k' } }
}

const commandsOf = async ({ log }: GuardWorld, user = 'alice'): Promise<number> => {
  const partition = log.partitionFor(topicOf('mfa'), userKey('demo', user))
  return (await log.ends(topicOf('mfa')))[partition] ?? 0
}

const same = (again: CallResult, first: CallResult): void =>
  assert.deepEqual(
    [again.status, again.body, again.headers['x-watchword-capability']],
    [first.status, first.body, first.headers['x-watchword-capability']],
  )

test('a response that was made with a ticket is repeated with the same ticket: the answer and the capability are the first ones', async (t) => {
  const { world, code, challenge } = await challenged(t)
  const options = await heldFor(world, 'alice')
  const body = { code: code() }
  const first = await respond(world, challenge, body, options)
  assert.equal(first.status, 200, first.text)
  same(await respond(world, challenge, body, options), first)
  world.clock.advance(60_000)
  same(await respond(world, challenge, body, options), first)
})

test('a wrong answer with a ticket is repeated too, and costs one attempt', async (t) => {
  const { world, code, challenge } = await challenged(t)
  const options = await heldFor(world, 'alice')
  const body = { code: code() === '000000' ? '000001' : '000000' }
  const [first, again] = [
    await respond(world, challenge, body, options),
    await respond(world, challenge, body, options),
  ]
  assert.deepEqual([again.status, again.body['attemptsLeft']], [401, 4])
  assert.equal(again.headers['x-watchword-capability'], first.headers['x-watchword-capability'])
  assert.match(String(first.headers['x-watchword-capability']), /^wwc_/)
})

test('nobody has an answer by its Idempotency-Key alone: not with another ticket, nor the capability it bought, nor a key', async (t) => {
  const { world, code, challenge } = await challenged(t)
  const options = await heldFor(world, 'alice')
  const body = { code: code() }
  const first = await respond(world, challenge, body, options)
  const capability = String(first.headers['x-watchword-capability'])
  const others = [
    await heldFor(world, 'alice'),
    { key: '', headers: { 'x-watchword-capability': capability, 'idempotency-key': 'k' } },
    { headers: { 'idempotency-key': 'k' } },
  ]
  for (const other of others) {
    const answer = await respond(world, challenge, body, other)
    assert.deepEqual([answer.status, answer.body['code']], [409, 'stale-challenge'])
  }
  const stranger = await heldFor(world, 'bob')
  assert.equal((await respond(world, challenge, body, stranger)).status, 404)
})

test('the used ticket answers nothing but the request that used it', async (t) => {
  const { world, code, challenge, lock } = await challenged(t)
  const options = await heldFor(world, 'alice')
  const body = { code: code() }
  assert.equal((await respond(world, challenge, body, options)).status, 200)
  const { authorization = '' } = options.headers
  for (const headers of [{ authorization }, { authorization, 'idempotency-key': 'other' }]) {
    const answer = await respond(world, challenge, body, { key: '', headers })
    assert.deepEqual([answer.status, answer.body['code']], [401, 'invalid-credentials'])
  }
  assert.equal((await respond(world, challenge, { code: '000000' }, options)).status, 422)
  const elsewhere = { ...options, body: { factor: 'totp' } }
  assert.equal((await world.call('POST', `/v1/locks/${lock}/challenges`, elsewhere)).status, 401)
})

for (const [how, forgetful] of [
  ['a restart', restarted],
  ['its memory was needed for others', async (_t: TestContext, world: GuardWorld) => world],
] as const)
  test(`after ${how} a passed response is repeated to the byte, token included`, async (t) => {
    const { world, code, challenge } = await challenged(t, { config: { rememberedAnswersMax: 1 } })
    const byKey = { key: world.key, headers: { 'idempotency-key': 'k' } }
    const body = { code: code(), context }
    const first = await respond(world, challenge, body, byKey)
    assert.equal(first.status, 200, first.text)
    await world.call('POST', '/v1/users/bob/lock', { headers: { 'idempotency-key': 'k' }, body: { reason: 'x' } })
    const later = await forgetful(t, world)
    same(await respond(later, challenge, body, byKey), first)
    later.clock.advance(300_000)
    same(await respond(later, challenge, body, byKey), first)
    const another = await respond(later, challenge, { ...body, code: '000000' }, byKey)
    assert.deepEqual([another.status, another.body['code']], [422, 'idempotency-key-reused'])
  })

test('after a restart the answer that ended a session is repeated to a page of that session', async (t) => {
  const { world, code, challenge } = await challenged(t)
  const elsewhere = { ip: '198.51.100.7', device: 'd-owner' }
  const options = await heldFor(world, 'alice', { session: 's-91', context: elsewhere })
  const body = { code: code() }
  const first = await respond(world, challenge, body, options)
  assert.deepEqual([first.status, first.body['session']], [200, { id: 's-91', ended: true }])
  const later = await restarted(t, world)
  const again = await respond(later, challenge, body, options)
  assert.deepEqual([again.status, again.body], [200, first.body])
  later.clock.advance(60_000)
  const late = await respond(later, challenge, body, options)
  assert.deepEqual([late.status, late.body], [200, first.body])
  assert.equal(late.headers['x-watchword-capability'], undefined, 'a ticket that is over buys nothing')
})

test('after a restart a wrong answer is repeated and not counted twice', async (t) => {
  const { world, code, challenge } = await challenged(t)
  const byKey = { key: world.key, headers: { 'idempotency-key': 'k' } }
  const body = { code: code() === '000000' ? '000001' : '000000' }
  assert.equal((await respond(world, challenge, body, byKey)).body['attemptsLeft'], 4)
  const later = await restarted(t, world)
  assert.equal((await respond(later, challenge, body, byKey)).body['attemptsLeft'], 4)
  const next = await respond(later, challenge, body, { key: world.key, headers: { 'idempotency-key': 'n' } })
  assert.equal(next.body['attemptsLeft'], 3)
})

test('a ticket is still good for the same request when the log took the ticket and not the answer', async (t) => {
  const base = builtInPolicy()
  let isDue = false
  const policy = {
    ...base,
    get source() {
      // The policy is asked for the life of the capability: after the ticket was used up, and before the code is judged.
      if (isDue) world.log.failNextAppend()
      isDue = false
      return base.source
    },
  }
  const { world, code, challenge } = await challenged(t, { policy })
  const options = await heldFor(world, 'alice')
  const body = { code: code() }
  isDue = true
  const first = await respond(world, challenge, body, options)
  assert.deepEqual([first.status, first.body['code']], [503, 'log-unavailable'])
  let again = first
  await until(async () => (again = await respond(world, challenge, body, options)).status !== 503)
  assert.equal(again.status, 200, 'as soon as the log takes something again')
})

test('a ticket that was refused once is refused again, also by a process that knows of no refusal', async (t) => {
  const { world, code, challenge } = await challenged(t)
  const options = await heldFor(world, 'alice')
  const { authorization = '' } = options.headers
  await respond(world, challenge, { code: '000000' }, { key: '', headers: { authorization } })
  const body = { code: code() }
  assert.equal((await respond(world, challenge, body, options)).status, 401)
  const later = await restarted(t, world)
  const again = await respond(later, challenge, body, options)
  assert.deepEqual([again.status, again.body['code']], [401, 'invalid-credentials'])
})

test('a challenge that was asked for with a ticket is repeated with the same ticket', async (t) => {
  const { world, lock } = await challenged(t)
  const options = { ...(await heldFor(world, 'alice')), body: { factor: 'totp' } }
  const first = await world.call('POST', `/v1/locks/${lock}/challenges`, options)
  assert.equal(first.status, 201, first.text)
  same(await world.call('POST', `/v1/locks/${lock}/challenges`, options), first)
  const later = await restarted(t, world)
  assert.equal((await later.call('POST', `/v1/locks/${lock}/challenges`, options)).status, 201, 'another one, as good')
})

test('the confirmation of a factor is repeated, by a page and by a backend, also after a restart', async (t) => {
  const world = await createGuardWorld(t)
  for (const user of ['alice', 'bob']) {
    const { ticket } = (await world.call('POST', '/v1/tickets', { body: { user, purpose: 'enrol' } })).body
    const held =
      user === 'alice' ? { key: '', headers: { authorization: `Ticket ${String(ticket)}` } } : { headers: {} }
    const headers = { ...held.headers, 'idempotency-key': 'k' }
    const { factor, code } = await pendingOf(world, user)
    const url = `/v1/users/${user}/factors/totp/${factor}/confirm`
    const options = { ...held, headers, body: { code: code() } }
    const first = await world.call('POST', url, options)
    assert.equal(first.status, 200, first.text)
    same(await world.call('POST', url, options), first)
    const before = await commandsOf(world, user)
    same(await world.call('POST', url, options), first)
    assert.equal(await commandsOf(world, user), before, 'from memory: no command')
  }
  const { factor, code } = await pendingOf(world, 'carol')
  const url = `/v1/users/carol/factors/totp/${factor}/confirm`
  const options = { key: world.key, headers: { 'idempotency-key': 'c' }, body: { code: code() } }
  const first = await world.call('POST', url, options)
  const later = await restarted(t, world)
  const again = await later.call('POST', url, options)
  assert.deepEqual([again.status, again.body], [200, first.body])
})

test('after a restart operators get the first answer, and nothing is done again', async (t) => {
  const world = await createGuardWorld(t)
  const lock = { key: world.key, headers: { 'idempotency-key': 'l' }, body: { reason: 'x' } }
  const unlock = { key: world.key, headers: { 'idempotency-key': 'u' }, body: { reason: 'x' } }
  const locked = await world.call('POST', '/v1/users/alice/lock', lock)
  const unlocked = await world.call('POST', '/v1/users/alice/unlock', unlock)
  const later = await restarted(t, world)
  const again = [
    await later.call('POST', '/v1/users/alice/lock', lock),
    await later.call('POST', '/v1/users/alice/unlock', unlock),
  ]
  assert.deepEqual(
    again.map(({ body }) => body),
    [locked.body, unlocked.body],
  )
  assert.equal((await later.call('GET', '/v1/users/alice/status')).body['locked'], false)
})

async function pendingOf(world: GuardWorld, user: string) {
  const { totpCode } = await import('../factors/totp.ts')
  const { ScureBase32Plugin } = await import('otplib')
  const { body } = await world.call('POST', `/v1/users/${user}/factors/totp`)
  const secret = new ScureBase32Plugin().decode(String(body['secret']))
  const code = (): string => totpCode(secret, Math.floor(world.clock.now() / 30_000))
  return { factor: String(body['factor']), code }
}
