import assert from 'node:assert/strict'
import { test } from 'node:test'
import { topicOf } from '@watchword/contracts'
import { enrolled, lockOf } from '../testing/enrolled.ts'
import { createGuardWorld, type GuardWorld } from '../testing/guard-world.ts'
import { creationOptionsFor, registered } from '../testing/registered.ts'
import { createSoftwareAuthenticator } from '../testing/software-authenticator.ts'

const reset = ({ call }: GuardWorld, options: object = {}) =>
  call('POST', '/v1/users/alice/factors/reset', { body: { reason: 'phone and key are lost' }, ...options })

test('an operator removes all factors of a user, which opens nothing and stands in the record', async (t) => {
  const world = await createGuardWorld(t)
  const { factor } = await enrolled(world)
  const passkey = await registered(world)
  await world.demand('alice')
  const lock = await lockOf(world)
  const done = await reset(world)
  assert.deepEqual([done.status, done.body], [200, { removed: [factor, passkey.factor] }])
  assert.deepEqual((await world.call('GET', '/v1/users/alice/factors')).body['items'], [])
  assert.equal(await lockOf(world), lock)
  const challenge = await world.call('POST', `/v1/locks/${lock}/challenges`, { body: { factor: 'totp' } })
  assert.deepEqual([challenge.status, challenge.body['code']], [409, 'no-factor'])

  const topic = topicOf('session')
  const records = await world.log.read(topic, world.log.partitionFor(topic, 'demo:alice'), 0, 1000)
  const said = records.map(({ value }) => world.codecs.session.decode(value ?? new Uint8Array()).body)
  assert.partialDeepStrictEqual(said.slice(-3), [
    { type: 'factor-changed', data: { factor, change: 'removed', by: 'operator', activeFactors: 1 } },
    { type: 'factor-changed', data: { factor: passkey.factor, change: 'removed', by: 'operator', activeFactors: 0 } },
    { type: 'factors-reset', data: { reason: 'phone and key are lost', removed: 2 } },
  ])
})

test('after a reset a factor is enrolled by a ticket of the backend alone', async (t) => {
  const world = await createGuardWorld(t)
  await enrolled(world)
  await reset(world)
  const refused = await world.call('POST', '/v1/users/alice/factors/totp')
  assert.deepEqual([refused.status, refused.body['code']], [409, 'locked'])
  const credential = createSoftwareAuthenticator().create(await creationOptionsFor(world))
  const byKey = await world.call('POST', '/v1/users/alice/factors/webauthn', { body: { credential } })
  assert.deepEqual([byKey.status, byKey.body['code']], [409, 'locked'])
  assert.equal((await world.call('POST', '/v1/users/alice/factors/recovery-codes')).status, 409)

  const { ticket } = (await world.call('POST', '/v1/tickets', { body: { user: 'alice', purpose: 'enrol' } })).body
  const byTicket = { key: '', headers: { authorization: `Ticket ${String(ticket)}` } }
  const codes = await world.call('POST', '/v1/users/alice/factors/recovery-codes', byTicket)
  assert.equal(codes.status, 201, codes.text)
  assert.equal((await world.call('POST', '/v1/users/alice/factors/totp')).status, 201)
})

test('a repeated reset gets the first answer, also from another process; of a user without factors it holds too', async (t) => {
  const world = await createGuardWorld(t)
  await enrolled(world)
  const headers = { 'idempotency-key': 'k' }
  const first = await reset(world, { headers })
  await world.guard.stop()
  const other = await createGuardWorld(t, { after: world })
  const again = await reset(other, { key: world.key, headers })
  assert.deepEqual([again.status, again.body], [200, first.body])
  const none = await other.call('POST', '/v1/users/bob/factors/reset', { body: { reason: 'x' } })
  assert.deepEqual([none.status, none.body], [200, { removed: [] }])
  assert.equal((await other.call('POST', '/v1/users/bob/factors/totp')).status, 409)
})

test('only a key with the scope operate resets factors', async (t) => {
  const world = await createGuardWorld(t)
  const key = await world.keyOf('demo', 'bank', 'enrol', 'check', 'subscribe')
  assert.equal((await reset(world, { key })).status, 403)
})
