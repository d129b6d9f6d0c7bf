import assert from 'node:assert/strict'
import { test } from 'node:test'
import { challengeFor, enrolled, lockOf, respond } from '../testing/enrolled.ts'
import { createGuardWorld, type GuardWorld } from '../testing/guard-world.ts'
import { registered, webauthnChallengeFor } from '../testing/registered.ts'
import { until } from '../testing/until.ts'

const config = { tenantGuessesMax: 4 }

/** A locked user of the tenant who gives so many wrong codes. */
async function guess(world: GuardWorld, user: string, times: number): Promise<string> {
  const { code } = await enrolled(world, user)
  await world.call('POST', `/v1/users/${user}/lock`, { body: { reason: 'x' } })
  const lock = await lockOf(world, user)
  const wrong = code() === '000000' ? '000001' : '000000'
  const challenge = await challengeFor(world, lock)
  for (let n = 0; n < times; n += 1) assert.equal((await respond(world, challenge, { code: wrong })).status, 401)
  return lock
}

const ask = ({ call }: GuardWorld, lock: string, key: string) =>
  call('POST', `/v1/locks/${lock}/challenges`, { key, body: { factor: 'totp' } })

test('wrong codes of many users together are limited for their tenant, after a restart too, and passkeys are not', async (t) => {
  const world = await createGuardWorld(t, { config })
  const { key } = world
  const { authenticator } = await registered(world)
  const lock = await guess(world, 'alice', 2)
  const begun = await challengeFor(world, lock)
  await guess(world, 'bob', 2)
  await until(async () => (await ask(world, lock, key)).status === 429)
  const late = await respond(world, begun, { code: '123456' })
  assert.equal(late.status, 429)
  assert.ok(Number(late.headers['retry-after']) > 600)

  await world.guard.stop()
  const other = await createGuardWorld(t, { config, after: world })
  assert.equal((await ask(other, lock, key)).status, 429)
  const { challenge, options } = await webauthnChallengeFor(other, lock, { key })
  const answer = await respond(other, challenge, { assertion: authenticator.get(options) }, { key })
  assert.equal(answer.status, 200, answer.text)
})

test('the budget of a tenant is its own, and comes back', async (t) => {
  const world = await createGuardWorld(t, { config })
  const lock = await guess(world, 'alice', 4)
  await until(async () => (await ask(world, lock, world.key)).status === 429)
  const key = await world.keyOf('rival', 'bank')
  await enrolled(world, 'alice', { key })
  await world.call('POST', '/v1/users/alice/lock', { key, body: { reason: 'x' } })
  const { body } = await world.call('GET', '/v1/users/alice/status', { key })
  assert.equal((await ask(world, (body['lock'] as { id: string }).id, key)).status, 201)
  world.clock.advance(900_000)
  assert.equal((await ask(world, lock, world.key)).status, 201)
})
