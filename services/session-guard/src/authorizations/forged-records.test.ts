import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { userKey } from '@watchword/contracts'
import type { CommandBody } from '../commands/commands.ts'
import { signCommand } from '../lock-stage/command-mac.ts'
import { approve, requested } from '../testing/authorized.ts'
import { enrolled } from '../testing/enrolled.ts'
import { createGuardWorld } from '../testing/guard-world.ts'
import { append, inboxRecord, newestLockState } from '../testing/log-records.ts'
import { until } from '../testing/until.ts'

const bobs = { user: 'bob', session: 's-bob' }

test('forged records in the inbox, without MAC or with that of another command, approve nothing', async (t) => {
  const world = await createGuardWorld(t)
  const bob = await enrolled(world, 'bob')
  const made = await requested(world, { quorum: 2 })
  await approve(world, made, bobs, bob.code())
  const genuine = await inboxRecord(world, 'approval-recorded')
  assert.equal(genuine.body.type, 'approval-recorded')
  const body: CommandBody = { ...genuine.body, data: { ...genuine.body.data, approver: 'carol' } }
  for (const mac of [null, genuine.mac]) {
    const record = { ...genuine, commandId: randomUUID(), body, mac }
    await append(world, world.codecs.mfa.encode(record))
  }
  // The genuine one once more, for the same and for another authorization's owner.
  await append(world, world.codecs.mfa.encode(genuine))
  await append(world, world.codecs.mfa.encode(genuine), userKey('demo', 'mallory'))
  await world.call('DELETE', '/v1/sessions/marker?user=alice')
  assert.partialDeepStrictEqual((await world.call('GET', `/v1/authorizations/${made.id}`)).body, {
    status: 'pending',
    approvals: [{ user: 'bob' }],
  })
  assert.match(await world.metrics.metrics(), /watchword_mfa_refused_macs_total 3/)
})

test('a question that was answered is not asked again by a copy of its record', async (t) => {
  const world = await createGuardWorld(t)
  const bob = await enrolled(world, 'bob')
  const made = await requested(world, { approvers: ['bob'] })
  await approve(world, made, bobs, bob.code())
  const question = await inboxRecord(world, 'approval-prompted', 'bob')
  for (let flood = 0; flood < 70; flood += 1) await world.call('DELETE', `/v1/sessions/s-${flood}?user=bob`)
  await append(world, world.codecs.mfa.encode(question), userKey('demo', 'bob'))
  await world.call('DELETE', '/v1/sessions/marker?user=bob')
  assert.deepEqual((await newestLockState(world, 'bob')).prompts, [])
})

test('an approver answers while no lock stage runs: it reaches the owner once there is one, however late, and counts once', async (t) => {
  const world = await createGuardWorld(t)
  const bob = await enrolled(world, 'bob')
  const made = await requested(world, { approvers: ['bob', 'carol'], quorum: 2, ttl: 'PT10M' })
  const asked = await world.call('GET', `/v1/authorizations/${made.id}`)
  await world.guard.stop()
  const data = {
    authorization: made.id,
    owner: 'alice',
    app: 'bank',
    prompted: true,
    answer: 'approve',
    reason: null,
    requestedAt: Date.parse(String(asked.body['requestedAt'])),
    challenge: 'ch-1',
    challengeExpiresAt: world.clock.now() + 60_000,
    factor: bob.factor,
    passed: true,
    step: Math.floor(world.clock.now() / 30_000),
    numberMatched: true,
    fault: null,
    session: 's-bob',
    device: null,
  } as const
  const command = {
    tenant: 'demo',
    user: 'bob',
    receivedAt: world.clock.now(),
    commandId: 'c-bob',
    body: { type: 'approval-answered', data },
  } as const
  const record = world.codecs.mfa.encode(signCommand(world.secrets.commandKey, command))
  await append(world, record, userKey('demo', 'bob'))
  // Longer than a command of the edge may be under way.
  world.clock.advance(180_000)
  for (let restarts = 0; restarts < 2; restarts += 1) {
    const later = await createGuardWorld(t, { after: world })
    const read = () => later.call('GET', `/v1/authorizations/${made.id}`, { key: world.key })
    await until(async () => ((await read()).body['approvals'] as readonly unknown[]).length > 0)
    assert.partialDeepStrictEqual((await read()).body, { status: 'pending', approvals: [{ user: 'bob' }] })
    await later.guard.stop()
  }
})
