import assert from 'node:assert/strict'
import { test } from 'node:test'
import { approve, ask, consume, request, requested, statusOf, transfer } from '../testing/authorized.ts'
import { enrolled } from '../testing/enrolled.ts'
import { createGuardWorld } from '../testing/guard-world.ts'

test('a supervisor approves with an own code and the number that the requester sees, and the action is let through once', async (t) => {
  const world = await createGuardWorld(t)
  const bob = await enrolled(world, 'bob')
  const made = await requested(world)
  assert.match(made.number, /^[1-9][0-9]$/)
  assert.equal((await consume(world, made.id)).body['code'], 'approval-pending')

  const asked = await ask(world, made.id, { user: 'bob', session: 's-bob' })
  assert.equal(asked.status, 201, asked.text)
  assert.partialDeepStrictEqual(asked.body, {
    factor: 'totp',
    authorization: { id: made.id, user: 'alice', action: transfer, parametersHash: made.parametersHash },
  })
  assert.equal(asked.text.includes(`"${made.number}"`), false, 'the approver has to hear the number from the requester')

  const { challenge } = asked.body
  const answer = { user: 'bob', session: 's-bob', challenge, code: bob.code(), number: made.number }
  const said = await ask(world, made.id, answer)
  assert.deepEqual(
    [said.status, said.body],
    [200, { id: made.id, status: 'approved', approvals: 1, quorum: 1 }],
    said.text,
  )
  const { body } = await world.call('GET', `/v1/authorizations/${made.id}`)
  assert.partialDeepStrictEqual(body, { status: 'approved', approvals: [{ user: 'bob', factor: 'totp' }] })

  const done = await consume(world, made.id, { parameters: { amount: '25000.00', to: 'DE02 1203' } })
  assert.partialDeepStrictEqual(
    [done.status, done.body],
    [200, { id: made.id, status: 'consumed', session: 's-91', approvers: ['bob'] }],
  )
  assert.equal(await statusOf(world, made.id), 'consumed')
  assert.deepEqual((await consume(world, made.id)).body['code'], 'already-consumed')
})

test('the owner confirms their own action with a fresh code, without a number in the session that asked', async (t) => {
  const world = await createGuardWorld(t)
  const alice = await enrolled(world)
  const { id, number } = await requested(world, { approver: 'owner' })
  const other = await approve(world, { id, number: '' }, { user: 'alice', session: 's-phone' }, alice.code(), {
    number: undefined,
  })
  assert.partialDeepStrictEqual([other.status, other.body], [422, { errors: [{ pointer: '/number' }] }])
  const asked = await ask(world, id, { user: 'alice', session: 's-91' })
  const { challenge } = asked.body
  const said = await ask(world, id, { user: 'alice', session: 's-91', challenge, code: alice.code() })
  assert.equal(said.body['status'], 'approved', said.text)
  assert.equal((await consume(world, id)).status, 200)
  assert.equal((await approve(world, { id, number }, { user: 'bob' }, alice.code())).status, 409)
})

test('two of three approve, each with their own factor; one alone is not enough', async (t) => {
  const world = await createGuardWorld(t)
  const [bob, carol] = [await enrolled(world, 'bob'), await enrolled(world, 'carol')]
  const made = await requested(world, { quorum: 2, approvers: ['bob', 'carol', 'dave'] })
  const first = await approve(world, made, { user: 'bob', session: 's-bob' }, bob.code())
  assert.deepEqual(first.body, { id: made.id, status: 'pending', approvals: 1, quorum: 2 })
  assert.equal((await consume(world, made.id)).body['code'], 'approval-pending')
  const second = await approve(world, made, { user: 'carol', session: 's-carol' }, carol.code())
  assert.deepEqual(second.body, { id: made.id, status: 'approved', approvals: 2, quorum: 2 })
  assert.deepEqual((await consume(world, made.id)).body['approvers'], ['bob', 'carol'])
})

test('a denial needs a reason, no factor, and ends it', async (t) => {
  const world = await createGuardWorld(t)
  const made = await requested(world, { approvers: ['bob', 'carol'] })
  const bare = await ask(world, made.id, { user: 'bob', answer: 'deny' })
  assert.partialDeepStrictEqual([bare.status, bare.body], [422, { errors: [{ pointer: '/reason' }] }])
  const said = await ask(world, made.id, { user: 'bob', answer: 'deny', reason: 'I do not know this payee' })
  assert.deepEqual([said.status, said.body['status']], [200, 'denied'], said.text)
  const { body } = await world.call('GET', `/v1/authorizations/${made.id}`)
  assert.partialDeepStrictEqual(body, {
    status: 'denied',
    denial: { by: 'bob', reason: 'I do not know this payee' },
  })
  assert.equal((body['action'] as { parameters?: unknown }).parameters, undefined, 'nobody needs them any more')
  assert.equal((await consume(world, made.id)).body['code'], 'approval-denied')
  assert.equal((await ask(world, made.id, { user: 'carol' })).body['code'], 'approval-denied')
})

test('the owner takes back what they asked for', async (t) => {
  const world = await createGuardWorld(t)
  const made = await requested(world, { approvers: ['bob'] })
  const said = await ask(world, made.id, { user: 'alice', answer: 'deny', reason: 'a mistake' })
  assert.equal(said.body['status'], 'denied', said.text)
})

test('requests repeated with their Idempotency-Key get the first answer: one authorization, one use', async (t) => {
  const world = await createGuardWorld(t)
  const bob = await enrolled(world, 'bob')
  const key = (name: string) => ({ headers: { 'idempotency-key': name } })
  const first = await request(world, { approvers: ['bob'] }, key('a'))
  const again = await request(world, { approvers: ['bob'] }, key('a'))
  assert.deepEqual([again.status, again.body], [201, first.body])
  const made = first.body as { id: string; number: string }
  const bobs = { user: 'bob', session: 's-bob' }
  const { challenge } = (await ask(world, made.id, bobs)).body
  const yes = { ...bobs, challenge, code: bob.code(), number: made.number }
  const said = await ask(world, made.id, yes, key('yes'))
  assert.equal(said.body['status'], 'approved', said.text)
  const used = await consume(world, made.id, undefined, key('b'))
  assert.equal(used.status, 200, used.text)
  const other = await createGuardWorld(t, { after: world })
  const repeated = await consume(other, made.id, undefined, { ...key('b'), key: world.key })
  assert.deepEqual([repeated.status, repeated.body], [200, used.body], 'also by another process')
  const saidAgain = await ask(other, made.id, yes, { ...key('yes'), key: world.key })
  assert.deepEqual([saidAgain.status, saidAgain.body], [200, said.body], 'though it was used meanwhile')
  const asked = await request(other, { approvers: ['bob'] }, { ...key('a'), key: world.key })
  assert.deepEqual([asked.status, asked.body], [201, first.body])
})

test('what is asked has to make sense', async (t) => {
  const world = await createGuardWorld(t)
  const pointers: readonly (readonly [object, string])[] = [
    [{ approver: 'owner', quorum: 2 }, '/quorum'],
    [{ approver: 'owner', approvers: ['bob'] }, '/approvers'],
    [{ approvers: ['bob', 'BOB'] }, '/approvers'],
    [{ approvers: ['bob'], quorum: 2 }, '/quorum'],
    [{ ttl: 'PT11M' }, '/ttl'],
    [{ ttl: 'soon' }, '/ttl'],
    [{ user: '*' }, '/user'],
    [{ action: { ...transfer, parameters: { a: 2 ** 53 } } }, '/action/parameters/a'],
    [{ action: { ...transfer, parameters: { a: '\uD800' } } }, '/action/parameters/a'],
    [{ action: { ...transfer, parameters: { a: 'x'.repeat(4_100) } } }, '/action/parameters'],
  ]
  for (const [over, pointer] of pointers) {
    const { status, body } = await request(world, over)
    assert.partialDeepStrictEqual([status, body], [422, { errors: [{ pointer }] }], JSON.stringify(over))
  }
})
