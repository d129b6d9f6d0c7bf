import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type MfaRecord, topicOf, userKey, wholeTenant } from '@watchword/contracts'
import { signCommand } from './command-mac.ts'
import { createGuardWorld, demandOf, type GuardWorld } from '../testing/guard-world.ts'
import { append as appendBytes } from '../testing/log-records.ts'
import { until } from '../testing/until.ts'

type Body = MfaRecord['body']

/** What somebody who may write to the topic appends, signed or not. */
async function append(
  world: GuardWorld,
  body: Body,
  { user = wholeTenant, key }: Readonly<{ user?: string; key?: Uint8Array }> = {},
): Promise<void> {
  const { codecs, clock } = world
  const unsigned = { tenant: 'demo', user, receivedAt: clock.now(), commandId: `profile-0-${++count}`, body }
  const record = key === undefined ? { ...unsigned, mac: null } : signCommand(key, unsigned)
  await appendBytes(world, codecs.mfa.encode(record), userKey('demo', user))
}

let count = 0

function askedFor({ clock }: GuardWorld, user: string, usersPerMinute = 2): Body {
  const demand = { ...demandOf(clock.now()), session: null, scope: 'user', grounds: 'unproven' } as const
  return { type: 'lock-asked', data: { user, usersPerMinute, demand } }
}

const isLocked = async (world: GuardWorld, user: string): Promise<boolean> =>
  (await world.call('GET', `/v1/users/${user}/status?session=s-1`)).body['locked'] === true

/** Users of whom something was withheld, by what is said of their sessions. */
async function withheldOf({ log, codecs }: GuardWorld): Promise<readonly string[]> {
  const topic = topicOf('session')
  const ends = await log.ends(topic)
  const records = await Promise.all(ends.map((_, partition) => log.read(topic, partition, 0, 1_000)))
  return records.flat().flatMap(({ value }) => {
    const { user, body } = codecs.session.decode(value ?? new Uint8Array())
    return body.type === 'lock-withheld' ? [user] : []
  })
}

test('a tenant that is asked locks as many users as it may in a minute; the others are told of, counted, and alerted about', async (t) => {
  const world = await createGuardWorld(t)
  for (const user of ['alice', 'bob', 'carol', 'alice', 'dave']) await append(world, askedFor(world, user))
  await until(async () => (await withheldOf(world)).length === 2)
  assert.deepEqual((await withheldOf(world)).toSorted(), ['carol', 'dave'])
  for (const [user, locked] of [
    ['alice', true],
    ['bob', true],
    ['carol', false],
    ['dave', false],
  ] as const)
    assert.equal(await isLocked(world, user), locked, user)
  const text = await world.metrics.metrics()
  assert.match(text, /watchword_unproven_locks_total\{answer="granted"\} 3/)
  assert.match(text, /watchword_unproven_locks_total\{answer="withheld"\} 2/)
  assert.match(text, /watchword_lockouts_suspected 1/)
  assert.match(world.logText(), /locks of a tenant are withheld/)

  world.clock.advance(60_000)
  assert.match(await world.metrics.metrics(), /watchword_lockouts_suspected 0/)
  await append(world, askedFor(world, 'carol'))
  await until(() => isLocked(world, 'carol'))
})

test('what a tenant may grant is not asked of a user, and what is withheld is for the stage alone to say', async (t) => {
  const world = await createGuardWorld(t)
  await append(world, askedFor(world, 'alice'), { user: 'alice' })
  await append(world, { type: 'mfa-required', data: demandOf(world.clock.now()) })
  await append(world, { type: 'lock-withheld', data: { demand: demandOf(world.clock.now()) } }, { user: 'alice' })
  const unlock: Body = { type: 'operator-unlock', data: { reason: 'x', operator: 'x', lock: null, version: null } }
  await append(world, unlock, { key: world.secrets.commandKey })
  await until(async () => /watchword_mfa_refused_macs_total 4/.test(await world.metrics.metrics()))
  assert.deepEqual(await withheldOf(world), [])
  await append(world, askedFor(world, 'bob'))
  await until(() => isLocked(world, 'bob'))
  assert.equal(await isLocked(world, 'alice'), false)
})

test('a question of a tenant that nobody can read grants nothing and forgets nothing', async (t) => {
  const world = await createGuardWorld(t)
  await append(world, askedFor(world, 'alice', 1))
  await until(() => isLocked(world, 'alice'))
  await appendBytes(world, Buffer.from('no Avro'), userKey('demo', wholeTenant))
  await append(world, askedFor(world, 'bob', 1))
  await until(async () => (await withheldOf(world)).includes('bob'))
  assert.equal(await isLocked(world, 'bob'), false)
})
