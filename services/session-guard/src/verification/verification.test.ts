import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose'
import { challengeFor, enrolled, lockOf, respond } from '../testing/enrolled.ts'
import { createGuardWorld, thief } from '../testing/guard-world.ts'
import { until } from '../testing/until.ts'

const owner = { ip: '198.51.100.7', device: 'd-owner' }

test('the right code from the context that caused the lock opens the session, and proves it with a token', async (t) => {
  const world = await createGuardWorld(t)
  const { code } = await enrolled(world)
  await world.demand('alice')
  const lock = await lockOf(world)
  const challenge = await challengeFor(world, lock)
  const answer = await respond(world, challenge, { code: code(), context: { ip: '203.0.113.9', device: thief.device } })
  assert.equal(answer.status, 200, answer.text)
  assert.partialDeepStrictEqual(answer.body, { session: { id: 's-91', ended: false } })
  const { body } = await world.call('GET', '/v1/users/alice/status?session=s-91')
  assert.partialDeepStrictEqual(body, { mfaVerified: true, locked: false, sessionState: 'active' })
  assert.equal(body['verifiedUntil'], answer.body['verifiedUntil'])

  const jwks = (await world.call('GET', '/.well-known/jwks.json', { key: '' })).body as unknown as JSONWebKeySet
  assert.equal(JSON.stringify(jwks).includes('"d"'), false)
  const { payload } = await jwtVerify(String(answer.body['mfaToken']), createLocalJWKSet(jwks), {
    issuer: 'urn:watchword:session-guard',
    audience: 'bank',
    typ: 'mfa+jwt',
    algorithms: ['EdDSA'],
    currentDate: new Date(world.clock.now()),
  })
  assert.partialDeepStrictEqual(payload, {
    sub: 'alice',
    sid: 's-91',
    amr: ['otp'],
    lock_id: lock,
    acr: 'urn:watchword:acr:mfa',
  })
  assert.equal((payload.exp ?? 0) - (payload.iat ?? 0), 300)
})

test('a stolen session is ended, not opened, when its owner verifies from elsewhere', async (t) => {
  const world = await createGuardWorld(t)
  const { code } = await enrolled(world)
  await world.demand('alice')
  const challenge = await challengeFor(world, await lockOf(world))
  const answer = await respond(world, challenge, { code: code(), context: owner })
  assert.equal(answer.status, 200)
  assert.deepEqual(answer.body['session'], { id: 's-91', ended: true })
  assert.partialDeepStrictEqual((await world.call('GET', '/v1/users/alice/status?session=s-91')).body, {
    sessionState: 'ended',
    mfaVerified: false,
  })
  assert.equal((await world.call('GET', '/v1/users/alice/status?session=new')).body['mfaVerified'], true)
})

test('one hundred answers with one right code are one success', async (t) => {
  const world = await createGuardWorld(t)
  const { code } = await enrolled(world)
  await world.demand('alice')
  const lock = await lockOf(world)
  const [one, two] = [await challengeFor(world, lock), await challengeFor(world, lock)]
  const right = code()
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, index) =>
      respond(world, index % 2 === 0 ? one : two, { code: right, context: owner }),
    ),
  )
  assert.equal(answers.filter(({ status }) => status === 200).length, 1)
  assert.ok(answers.every(({ status }) => [200, 401, 409, 429].includes(status)))
})

test('wrong, repeated and right: each costs what it should', async (t) => {
  const world = await createGuardWorld(t)
  const { code } = await enrolled(world)
  await world.call('POST', '/v1/users/alice/lock', { body: { reason: 'x' } })
  const lock = await lockOf(world)
  const challenge = await challengeFor(world, lock)
  const wrong = code() === '000000' ? '000001' : '000000'
  const first = await respond(world, challenge, { code: wrong })
  assert.equal(first.status, 401)
  assert.partialDeepStrictEqual(first.body, { code: 'verification-failed', attemptsLeft: 4 })
  const used = code(-1)
  const repeated = await respond(world, challenge, { code: used })
  assert.partialDeepStrictEqual(
    repeated.body,
    { code: 'verification-failed', attemptsLeft: 3 },
    'the code of the enrolment is used up',
  )
  const right = await respond(world, challenge, { code: code(), context: owner })
  assert.equal(right.status, 200, right.text)
  assert.equal((await respond(world, challenge, { code: code(), context: owner })).status, 409)
})

test('spent attempts block the user across challenges, with a time to come back', async (t) => {
  const world = await createGuardWorld(t)
  const { code } = await enrolled(world)
  await world.call('POST', '/v1/users/alice/lock', { body: { reason: 'x' } })
  const lock = await lockOf(world)
  const wrong = code() === '000000' ? '000001' : '000000'
  for (const left of [4, 3, 2, 1, 0])
    assert.equal((await respond(world, await challengeFor(world, lock), { code: wrong })).body['attemptsLeft'], left)
  const blocked = await world.call('POST', `/v1/locks/${lock}/challenges`, { body: { factor: 'totp' } })
  assert.equal(blocked.status, 429)
  assert.ok(Number(blocked.headers['retry-after']) > 800)
})

test('a challenge for one version of a lock opens no other', async (t) => {
  const world = await createGuardWorld(t)
  const { code } = await enrolled(world)
  await world.demand('alice')
  const lock = await lockOf(world)
  const challenge = await challengeFor(world, lock)
  const versionOf = async (): Promise<unknown> =>
    ((await world.call('GET', '/v1/users/alice/status')).body['lock'] as { version: number }).version
  const before = await versionOf()
  await world.demand('alice', { activity: 'act-2', context: { ...thief, device: 'd-other' } })
  await until(async () => (await versionOf()) !== before)
  const answer = await respond(world, challenge, { code: code(), context: owner })
  assert.deepEqual([answer.status, answer.body['code']], [409, 'stale-challenge'])
})

test('an expired challenge is stale, however right the code', async (t) => {
  const world = await createGuardWorld(t)
  const { code } = await enrolled(world)
  await world.demand('alice')
  const challenge = await challengeFor(world, await lockOf(world))
  world.clock.advance(300_000)
  assert.equal((await respond(world, challenge, { code: code(), context: owner })).status, 409)
})

test('a repeated response with the same Idempotency-Key gets the first answer, failed ones too', async (t) => {
  const world = await createGuardWorld(t)
  const { code } = await enrolled(world)
  await world.demand('alice')
  const challenge = await challengeFor(world, await lockOf(world))
  const wrong = { code: code() === '000000' ? '000001' : '000000' }
  const failing = { headers: { 'idempotency-key': 'a' } }
  const failed = [await respond(world, challenge, wrong, failing), await respond(world, challenge, wrong, failing)]
  assert.deepEqual(
    failed.map(({ body }) => body['attemptsLeft']),
    [4, 4],
  )
  const body = { code: code(), context: owner }
  const first = await respond(world, challenge, body, { headers: { 'idempotency-key': 'b' } })
  const again = await respond(world, challenge, body, { headers: { 'idempotency-key': 'b' } })
  assert.deepEqual([again.status, again.body], [200, first.body])
})

test('nobody answers for another user, app or tenant, and all of them hear the same', async (t) => {
  const world = await createGuardWorld(t)
  const { code } = await enrolled(world)
  await world.demand('alice')
  const lock = await lockOf(world)
  const challenge = await challengeFor(world, lock)
  const bodyOf = ({ body }: { body: Record<string, unknown> }): unknown => ({ ...body, instance: '' })
  const unknown = await world.call('POST', '/v1/locks/l-0-999/challenges', { body: { factor: 'totp' } })
  assert.equal(unknown.status, 404)
  for (const [tenant, app] of [
    ['demo', 'shop'],
    ['rival', 'bank'],
  ] as const) {
    const key = await world.keyOf(tenant, app)
    const refused = await world.call('POST', `/v1/locks/${lock}/challenges`, { key, body: { factor: 'totp' } })
    assert.deepEqual(bodyOf(refused), bodyOf(unknown))
    assert.deepEqual(bodyOf(await respond(world, challenge, { code: code() }, { key })), bodyOf(unknown))
  }
  const ticket = (await world.call('POST', '/v1/tickets', { body: { user: 'bob', purpose: 'challenge' } })).body[
    'ticket'
  ]
  const asBob = { key: '', headers: { 'x-watchword-ticket': String(ticket) } }
  assert.deepEqual(bodyOf(await respond(world, challenge, { code: code() }, asBob)), bodyOf(unknown))
  assert.deepEqual(bodyOf(await respond(world, `${challenge}x`, { code: code() })), bodyOf(unknown))
})

test('a user without factors cannot be challenged, and only digits are a code', async (t) => {
  const world = await createGuardWorld(t)
  await world.demand('alice')
  const lock = await lockOf(world)
  const none = await world.call('POST', `/v1/locks/${lock}/challenges`, { body: { factor: 'totp' } })
  assert.deepEqual([none.status, none.body['code']], [409, 'no-factor'])
  for (const factor of ['webauthn', 'recovery-code'])
    assert.equal((await world.call('POST', `/v1/locks/${lock}/challenges`, { body: { factor } })).status, 409)
  const unknown = await world.call('POST', `/v1/locks/${lock}/challenges`, { body: { factor: 'sms' } })
  assert.partialDeepStrictEqual([unknown.status, unknown.body], [422, { errors: [{ pointer: '/factor' }] }])
  const shape = await respond(world, 'wwh_x.y', { code: '12a456' })
  assert.partialDeepStrictEqual([shape.status, shape.body], [422, { errors: [{ pointer: '/code' }] }])
})

test('whoever was thrown out of a session cannot spend the attempts of the person on other locks', async (t) => {
  const world = await createGuardWorld(t)
  await enrolled(world)
  const body = { user: 'alice', session: 's-stolen', purpose: 'challenge' }
  await world.demand('alice')
  const lock = await lockOf(world)
  const { ticket } = (await world.call('POST', '/v1/tickets', { body })).body
  const first = await world.call('POST', `/v1/locks/${lock}/challenges`, {
    key: '',
    headers: { authorization: `Ticket ${String(ticket)}` },
    body: { factor: 'totp' },
  })
  assert.equal(first.status, 201, first.text)
  const headers = { 'x-watchword-capability': String(first.headers['x-watchword-capability']) }
  await world.call('DELETE', '/v1/sessions/s-stolen?user=alice')
  const later = await world.call('POST', `/v1/locks/${lock}/challenges`, { key: '', headers, body: { factor: 'totp' } })
  assert.equal(later.status, 404)
  const kept = await respond(world, String(first.body['challenge']), { code: '000000' }, { key: '', headers })
  assert.equal(kept.status, 409)
})
