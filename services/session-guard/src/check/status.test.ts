import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createGuardWorld } from '../testing/guard-world.ts'
import { until } from '../testing/until.ts'

test('a user whom nobody knows is calm', async (t) => {
  const { call } = await createGuardWorld(t)
  const { status, body } = await call('GET', '/v1/users/alice/status?session=s-91')
  assert.equal(status, 200)
  assert.partialDeepStrictEqual(body, { user: 'alice', session: 's-91', mfaVerified: true, locked: false })
})

test('a demand of the scorer locks the session it names, and no other', async (t) => {
  const { call, demand } = await createGuardWorld(t)
  await demand('alice')
  await until(async () => (await call('GET', '/v1/users/alice/status?session=s-91')).body['locked'] === true)
  const { body } = await call('GET', '/v1/users/alice/status?session=s-91')
  const { lock } = body as { lock: Record<string, unknown> }
  assert.partialDeepStrictEqual(lock, { scope: 'session', app: 'bank', session: 's-91', level: 'HIGH' })
  assert.equal(lock['challengeUri'], `/v1/locks/${String(lock['id'])}/challenges`)
  assert.equal(JSON.stringify(lock).includes('203.0.113'), false, 'a lock tells nothing of its cause')
  assert.equal((await call('GET', '/v1/users/alice/status?session=other')).body['locked'], false)
  assert.equal((await call('GET', '/v1/users/alice/status')).body['locked'], true, 'without a session any lock applies')
  assert.equal((await call('GET', '/v1/users/bob/status')).body['locked'], false)
})

test('an operator locks and unlocks, and the answers come when they hold', async (t) => {
  const { call } = await createGuardWorld(t)
  const locked = await call('POST', '/v1/users/alice/lock', { body: { reason: 'phone call' } })
  assert.equal(locked.status, 200)
  assert.partialDeepStrictEqual(locked.body, { lock: { scope: 'user', level: 'HIGH' } })
  assert.equal((await call('GET', '/v1/users/alice/status?session=any')).body['locked'], true)
  const { id } = locked.body['lock'] as { id: string }
  const stale = await call('POST', '/v1/users/alice/unlock', { body: { reason: 'ok', lock: id, version: 999 } })
  assert.equal(stale.status, 409)
  const unlocked = await call('POST', '/v1/users/alice/unlock', { body: { reason: 'ok' } })
  assert.deepEqual([unlocked.status, unlocked.body], [200, { unlocked: [id] }])
  assert.equal((await call('GET', '/v1/users/alice/status?session=any')).body['locked'], false)
})

test('an operator lock is answered only after the freshness bound of every replica', async (t) => {
  const { call, clock } = await createGuardWorld(t, {
    config: { acknowledgeAfterMs: 3_600_000, answerWithinMs: 7_200_000 },
  })
  let answered = false
  const begun = clock.now()
  const locking = call('POST', '/v1/users/alice/lock', { body: { reason: 'x' } }).then((result) => {
    answered = true
    return result
  })
  await until(async () => (await call('GET', '/v1/users/alice/status')).body['locked'] === true)
  assert.equal(answered, false)
  clock.advance(3_590_000)
  await call('GET', '/v1/users/alice/status')
  assert.equal(answered, false)
  clock.advance(20_000)
  assert.equal((await locking).status, 200)
  assert.ok(clock.now() - begun >= 3_600_000)
})

test('an ended session stays ended, for the app of the caller alone', async (t) => {
  const { call, keyOf } = await createGuardWorld(t)
  const ended = await call('DELETE', '/v1/sessions/s-91?user=alice')
  assert.equal(ended.status, 204)
  const here = await call('GET', '/v1/users/alice/status?session=s-91')
  assert.partialDeepStrictEqual(here.body, { sessionState: 'ended', mfaVerified: false })
  const shop = await keyOf('demo', 'shop')
  const there = await call('GET', '/v1/users/alice/status?session=s-91', { key: shop })
  assert.partialDeepStrictEqual(there.body, { sessionState: 'unknown', mfaVerified: true })
})

test('the same user id in another tenant is another user', async (t) => {
  const { call, keyOf } = await createGuardWorld(t)
  const other = await keyOf('rival', 'bank')
  await call('POST', '/v1/users/alice/lock', { body: { reason: 'x' } })
  assert.equal((await call('GET', '/v1/users/alice/status', { key: other })).body['locked'], false)
  await call('POST', '/v1/users/alice/unlock', { key: other, body: { reason: 'x' } })
  assert.equal((await call('GET', '/v1/users/alice/status')).body['locked'], true)
})

test('every route asks for its scope', async (t) => {
  const { call, keyOf } = await createGuardWorld(t)
  const ingest = await keyOf('demo', 'bank', 'ingest')
  const body = { reason: 'x' }
  for (const [method, url, payload] of [
    ['GET', '/v1/users/alice/status', undefined],
    ['POST', '/v1/users/alice/lock', body],
    ['POST', '/v1/users/alice/unlock', body],
    ['DELETE', '/v1/sessions/s?user=alice', undefined],
  ] as const) {
    const options = payload === undefined ? {} : { body: payload }
    assert.equal((await call(method, url, { ...options, key: ingest })).status, 403)
    assert.equal((await call(method, url, { ...options, key: '' })).status, 401)
  }
})

test('a repeated request with the same Idempotency-Key gets the first answer, another body is refused', async (t) => {
  const { call } = await createGuardWorld(t)
  const headers = { 'idempotency-key': 'k-1' }
  const [first, again] = await Promise.all([
    call('POST', '/v1/users/alice/lock', { headers, body: { reason: 'x' } }),
    call('POST', '/v1/users/alice/lock', { headers, body: { reason: 'x' } }),
  ])
  assert.deepEqual(again.body, first.body)
  await call('POST', '/v1/users/alice/unlock', { body: { reason: 'x' } })
  const later = await call('POST', '/v1/users/alice/lock', { headers, body: { reason: 'x' } })
  assert.deepEqual(later.body, first.body)
  assert.equal((await call('GET', '/v1/users/alice/status')).body['locked'], false, 'it was not done again')
  assert.equal((await call('POST', '/v1/users/alice/lock', { headers, body: { reason: 'y' } })).status, 422)
})
