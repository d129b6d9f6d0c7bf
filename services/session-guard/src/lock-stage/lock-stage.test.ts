import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { topicOf, userKey, rightsOf, stageCatalogue } from '@watchword/contracts'
import { initialState } from '@watchword/session-lock'
import type { CommandBody } from '../commands/commands.ts'
import { signCommand } from './command-mac.ts'
import { createLockStage } from './lock-stage.ts'
import { challengeFor, enrolled, lockOf, respond } from '../testing/enrolled.ts'
import { createGuardWorld, type GuardWorld } from '../testing/guard-world.ts'
import { until } from '../testing/until.ts'

const unlock: CommandBody = {
  type: 'operator-unlock',
  data: { reason: 'forged', operator: 'nobody', lock: null, version: null },
}

function signed(
  { codecs, secrets, clock }: GuardWorld,
  over: Partial<{ tenant: string; user: string; commandId: string }> = {},
): Uint8Array {
  const command = {
    tenant: 'demo',
    user: 'alice',
    commandId: randomUUID(),
    ...over,
    receivedAt: clock.now(),
    body: unlock,
  }
  return codecs.mfa.encode(signCommand(secrets.commandKey, command))
}

function append({ log }: GuardWorld, value: Uint8Array, key = userKey('demo', 'alice')): Promise<unknown> {
  return log.append([{ topic: topicOf('mfa'), key, value }])
}

const isLocked = async ({ call }: GuardWorld): Promise<boolean> =>
  (await call('GET', '/v1/users/alice/status')).body['locked'] === true

async function folded(world: GuardWorld): Promise<void> {
  // What the edge is answered for comes after everything that was appended before.
  const { status } = await world.call('DELETE', `/v1/sessions/marker-${randomUUID()}?user=alice`)
  assert.equal(status, 204)
}

test('no command changed in one byte is obeyed, wherever the byte stands', async (t) => {
  const world = await createGuardWorld(t)
  const { codecs, secrets } = world
  let refused = 0
  const stage = createLockStage({
    codecs,
    commandKey: secrets.commandKey,
    onMacRefused: () => (refused += 1),
    onLockAsked: () => undefined,
  })
  const good = signed(world)
  const outputsOf = (value: Uint8Array): number | 'undecodable' => {
    const record = {
      topic: stage.input,
      partition: 0,
      offset: 7,
      timestamp: world.clock.now(),
      key: 'demo:alice',
      value,
      headers: {},
    }
    const context = { partition: 0, offset: 7, time: world.clock.now() }
    try {
      return stage.fold(undefined, stage.decode(record), context).outputs.length
    } catch {
      return 'undecodable'
    }
  }
  for (let bit = 0; bit < good.length * 8; bit += 1) {
    const changed = Uint8Array.from(good)
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    assert.notEqual(outputsOf(changed), 1, `bit ${bit}`)
  }
  assert.ok(refused > 200)
  assert.equal(outputsOf(good), 1, 'the test would notice one that is obeyed')
})

test('a command without MAC, under another key or copied back later opens nothing', async (t) => {
  const world = await createGuardWorld(t)
  const good = signed(world)
  await world.call('POST', '/v1/users/alice/lock', { body: { reason: 'x' } })
  await append(world, world.codecs.mfa.encode({ ...world.codecs.mfa.decode(good), mac: null }))
  await append(world, signed(world), userKey('demo', 'bob'))
  await append(world, signed(world, { user: 'bob' }))
  await append(world, signed(world, { tenant: 'rival' }))
  world.clock.advance(180_000)
  await append(world, good)
  await folded(world)
  assert.equal(await isLocked(world), true)
  assert.match(await world.metrics.metrics(), /watchword_mfa_refused_macs_total 5/)
  await append(world, signed(world))
  await folded(world)
  assert.equal(await isLocked(world), false, 'the test would notice one that is obeyed')
})

test('a record that nobody can read locks its user until they verify', async (t) => {
  const world = await createGuardWorld(t)
  await append(world, Buffer.from('no Avro at all'))
  await until(() => isLocked(world))
  const { body } = await world.call('GET', '/v1/users/alice/status')
  assert.partialDeepStrictEqual(body['lock'], {
    scope: 'user',
    level: 'HIGH',
    factors: ['webauthn', 'totp', 'recovery-code'],
  })
  const letters = await world.log.read(
    `${topicOf('mfa')}.dlq`,
    world.log.partitionFor(topicOf('mfa'), 'demo:alice'),
    0,
    10,
  )
  assert.equal(letters.length, 1)
})

test('a command that is delivered again does nothing again, and is answered once each time', async (t) => {
  const world = await createGuardWorld(t)
  const again = signed(world, { commandId: 'c-1' })
  await append(world, again)
  await world.call('POST', '/v1/users/alice/lock', { body: { reason: 'x' } })
  await append(world, again)
  await folded(world)
  assert.equal(await isLocked(world), true)
  const topic = topicOf('session')
  const records = await world.log.read(topic, world.log.partitionFor(topic, 'demo:alice'), 0, 100)
  const answers = records
    .map(({ value }) => world.codecs.session.decode(value ?? new Uint8Array()))
    .filter(({ commandId }) => commandId === 'c-1')
  assert.deepEqual(
    answers.map(({ body }) => body.type),
    ['command-accepted', 'command-accepted'],
  )
})

test('every command has one answer, and versions count up by one for each pushed event', async (t) => {
  const world = await createGuardWorld(t)
  await world.demand('alice')
  await world.call('POST', '/v1/users/alice/lock', { body: { reason: 'x' } })
  await world.call('POST', '/v1/users/alice/unlock', { body: { reason: 'x' } })
  await folded(world)
  const topic = topicOf('session')
  const records = await world.log.read(topic, world.log.partitionFor(topic, 'demo:alice'), 0, 100)
  const said = records.map(({ value }) => world.codecs.session.decode(value ?? new Uint8Array()))
  const ids = said.flatMap(({ commandId }) => (commandId === null ? [] : [commandId]))
  assert.equal(new Set(ids).size, ids.length)
  assert.equal(ids.length, 4)
  assert.deepEqual(
    said.map(({ seq }) => seq),
    said.map((_, index) => index + 1),
  )
})

test('locks, ended sessions and answered commands outlive the process, and nothing is said twice', async (t) => {
  const first = await createGuardWorld(t)
  const options = { key: first.key, headers: { 'idempotency-key': 'k-1' }, body: { reason: 'x' } }
  const locked = await first.call('POST', '/v1/users/alice/lock', { body: { reason: 'x' } })
  await first.call('DELETE', '/v1/sessions/s-91?user=alice')
  const done = await first.call('POST', '/v1/users/bob/lock', options)
  await first.call('POST', '/v1/users/bob/unlock', { body: { reason: 'x' } })
  await first.guard.stop()
  const ends = await first.log.ends(topicOf('lock'))
  const second = await createGuardWorld(t, { after: first })
  assert.deepEqual(await first.log.ends(topicOf('lock')), ends)
  const status = await second.call('GET', '/v1/users/alice/status')
  assert.deepEqual(status.body['lock'], locked.body['lock'])
  assert.equal((await second.call('GET', '/v1/users/alice/status?session=s-91')).body['sessionState'], 'ended')
  const again = await second.call('POST', '/v1/users/bob/lock', options)
  assert.deepEqual([again.status, again.body], [200, done.body], 'the command is known: it is not done again')
  assert.equal((await second.call('GET', '/v1/users/bob/status')).body['locked'], false)
})

test('a demand from the future does not move the clock: challenges stay good, and an ended session stays ended', async (t) => {
  const world = await createGuardWorld(t)
  const { code } = await enrolled(world)
  await world.call('DELETE', '/v1/sessions/s-stolen?user=alice')
  await world.demand('alice')
  const lock = await lockOf(world)
  const inbox = await world.log.read(topicOf('mfa'), world.log.partitionFor(topicOf('mfa'), 'demo:alice'), 0, 100)
  const demand = inbox
    .map(({ value }) => world.codecs.mfa.decode(value ?? new Uint8Array()))
    .find(({ mac }) => mac === null)
  assert.ok(demand)
  const receivedAt = world.clock.now() + 365 * 86_400_000
  await append(world, world.codecs.mfa.encode({ ...demand, receivedAt, commandId: 'profile-future' }))
  await world.call('POST', '/v1/users/alice/lock', { body: { reason: 'x', session: 's-2' } })
  const status = await world.call('GET', '/v1/users/alice/status?session=s-stolen')
  assert.equal(status.body['sessionState'], 'ended')
  const answer = await respond(world, await challengeFor(world, lock), { code: code() })
  assert.equal(answer.status, 200, answer.text)
})

test('a state written before wrong answers in a row were counted begins the count at none', async (t) => {
  const { codecs, secrets } = await createGuardWorld(t)
  const stage = createLockStage({
    codecs,
    commandKey: secrets.commandKey,
    onMacRefused: assert.fail,
    onLockAsked: assert.fail,
  })
  const attempts = { failures: 2, lastFailureAt: 5, blockedUntil: null, blocks: 1 }
  const old = { at: 5, seq: 1, locks: [], endedSessions: [], passes: [], factors: [], activations: 0, attempts }
  const read = stage.decodeState(Buffer.from(JSON.stringify({ ...old, used: [], seen: [] })))
  assert.ok('attempts' in read)
  assert.deepEqual(read.attempts, { ...attempts, consecutiveFailures: 0 })
})

test('a state written before there were authorizations begins with none', async (t) => {
  const { codecs, secrets } = await createGuardWorld(t)
  const stage = createLockStage({
    codecs,
    commandKey: secrets.commandKey,
    onMacRefused: assert.fail,
    onLockAsked: assert.fail,
  })
  const { authorizations: _, ...old } = initialState
  const read = stage.decodeState(Buffer.from(JSON.stringify({ ...old, seq: 4 })))
  assert.ok('authorizations' in read)
  assert.deepEqual(read.authorizations, { owned: [], prompts: [] })
})

test('stands in the catalogue, which gives its service the rights to all it writes', async (t) => {
  const { codecs } = await createGuardWorld(t)
  const stage = createLockStage({
    codecs,
    commandKey: Buffer.alloc(32),
    onMacRefused: () => undefined,
    onLockAsked: () => undefined,
  })
  assert.ok(
    stageCatalogue.some(
      ({ name, service, input }) => name === stage.name && service === 'session-guard' && input === stage.input,
    ),
  )
  const written = rightsOf('session-guard').flatMap(({ operation, name }) => (operation === 'write' ? [name] : []))
  for (const { topic } of Object.values(stage.outputs)) assert.ok(written.includes(topic), topic)
})
