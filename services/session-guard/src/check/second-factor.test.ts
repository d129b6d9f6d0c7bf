import assert from 'node:assert/strict'
import { test } from 'node:test'
import { challengeFor, enrolled, lockOf, respond } from '../testing/enrolled.ts'
import { type CallResult, createGuardWorld, type GuardWorld } from '../testing/guard-world.ts'
import { policyOf } from '../testing/policy-of.ts'
import { until } from '../testing/until.ts'

const policy = policyOf({
  secondFactor: [
    { group: 'admins', require: true },
    { user: 'svc-backup', require: false, owner: 'it-sec', reason: 'no person', expires: '2999-01-01T00:00:00Z' },
  ],
  resources: [
    { path: '/voice/**', class: 'exempt' },
    { path: '/account/password', class: 'password-change' },
  ],
  failureModes: [{ path: '/**', mode: 'open' }],
})
const config = { groupsFromProxy: true } as const

function check({ call, key }: GuardWorld, over: Readonly<Record<string, string>> = {}): Promise<CallResult> {
  const subject = { 'x-watchword-key': key, 'x-watchword-user': 'alice', 'x-watchword-session': 's-1' }
  return call('GET', '/v1/check', { key: '', headers: { ...subject, 'x-original-uri': '/data', ...over } })
}

const admin = { 'x-watchword-groups': 'staff, admins' }
const staff = { 'x-watchword-groups': 'staff' }

test('a check asks whom the policy asks: the first request makes the lock that the person answers', async (t) => {
  const world = await createGuardWorld(t, { policy, config })
  const { code } = await enrolled(world)
  assert.equal((await check(world, staff)).status, 204)
  const asked = await check(world, admin)
  assert.equal(asked.status, 401)
  const lock = await lockOf(world, 'alice', '?session=s-1')
  assert.ok(String(asked.headers['www-authenticate']).includes(`lock_id="${lock}"`))
  const challenge = await challengeFor(world, lock)
  assert.equal((await respond(world, challenge, { code: code(), context: {} })).status, 200)
  assert.equal((await check(world, admin)).status, 204)
})

test('who does not say the groups is asked as a member of each, and an exception is of the user alone', async (t) => {
  const world = await createGuardWorld(t, { policy, config })
  assert.equal((await check(world)).status, 401)
  assert.equal((await check(world, { 'x-watchword-user': 'svc-backup' })).status, 204)
})

test('an exempt resource is answered while the second factor is waited for, and not once there is a cause', async (t) => {
  const world = await createGuardWorld(t, { policy, config })
  const voice = { ...admin, 'x-original-uri': '/voice/call' }
  assert.equal((await check(world, voice)).status, 204)
  assert.equal((await check(world, admin)).status, 401)
  const answered = await check(world, voice)
  assert.deepEqual(
    [answered.status, answered.headers['x-watchword-mfa-verified'], answered.headers['x-watchword-session-state']],
    [204, 'false', 'locked'],
  )
  for (const uri of ['/voice/../data', '/Voice/call', '/voice%2f..%2fdata'])
    assert.equal((await check(world, { ...admin, 'x-original-uri': uri })).status, 401, uri)
  await world.demand('alice', { session: 's-1' })
  await until(async () => (await check(world, voice)).status === 401)
})

test('an operator’s lock is exempt from nothing', async (t) => {
  const world = await createGuardWorld(t, { policy, config })
  await world.call('POST', '/v1/users/alice/lock', { body: { reason: 'stolen', session: 's-1' } })
  assert.equal((await check(world, { ...staff, 'x-original-uri': '/voice/call' })).status, 401)
})

test('whoever must change the password reaches that alone', async (t) => {
  const world = await createGuardWorld(t, { policy, config })
  const change = { ...staff, 'x-watchword-password-change': 'true' }
  const refused = await check(world, change)
  assert.deepEqual([refused.status, refused.body['because']], [403, 'password-change-required'])
  assert.equal((await check(world, { ...change, 'x-original-uri': '/account/password' })).status, 204)
  assert.equal((await check(world, { ...change, 'x-watchword-password-change': 'perhaps' })).status, 400)
  const owing = { ...admin, 'x-watchword-password-change': 'true', 'x-original-uri': '/account/password' }
  assert.equal((await check(world, owing)).status, 401, 'the second factor comes before the change')
})

test('while nobody knows, whoever owes a second factor is not let through, whatever the failure mode', async (t) => {
  const world = await createGuardWorld(t, { policy, config })
  await world.guard.stop()
  world.clock.advance(3_000)
  assert.equal((await check(world, staff)).status, 204)
  assert.equal((await check(world, admin)).status, 503)
})

test('a header about groups is nobody’s word where the proxy does not set it', async (t) => {
  const world = await createGuardWorld(t, { policy })
  assert.equal((await check(world, staff)).status, 401)
})

test('what was verified in a session vouches for no check that names none', async (t) => {
  const everybody = policyOf({ secondFactor: [{ require: true }] })
  const world = await createGuardWorld(t, { policy: everybody })
  const { code } = await enrolled(world)
  assert.equal((await check(world)).status, 401)
  const challenge = await challengeFor(world, await lockOf(world, 'alice', '?session=s-1'))
  assert.equal((await respond(world, challenge, { code: code(), context: { device: 'laptop' } })).status, 200)
  assert.equal((await check(world)).status, 204)
  const elsewhere = { 'x-watchword-session': '', 'x-watchword-device': 'another' }
  assert.equal((await check(world, elsewhere)).status, 401)
  const status = await world.call('GET', '/v1/users/alice/status?session=s-1&device=laptop')
  assert.equal(status.body['locked'], false, 'what was asked of a device locks that device alone')
})

test('whoever has no factor yet can enrol the first one although one is asked for', async (t) => {
  const everybody = policyOf({ secondFactor: [{ require: true }] })
  const world = await createGuardWorld(t, { policy: everybody })
  assert.equal((await check(world)).status, 401)
  const enrolling = (): Promise<CallResult> => world.call('POST', '/v1/users/alice/factors/totp', { body: {} })
  assert.equal((await enrolling()).status, 201)
  const { code: _ } = await enrolled(world)
  assert.equal((await enrolling()).status, 409, 'a second one waits for the first')
})
