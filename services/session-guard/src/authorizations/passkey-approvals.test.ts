import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { approve, ask, requested, statusOf, type Requested } from '../testing/authorized.ts'
import { enrolled } from '../testing/enrolled.ts'
import { createGuardWorld, type GuardWorld, type WorldOptions } from '../testing/guard-world.ts'
import { registered } from '../testing/registered.ts'
import type { Said } from '../testing/software-authenticator.ts'
import { until } from '../testing/until.ts'

const bob = { user: 'bob', session: 's-bob' }

/** Alice's transfer, and Bob, who has a passkey and an authenticator app. */
async function asked(t: TestContext, options: WorldOptions = {}) {
  const world = await createGuardWorld(t, options)
  const { code } = await enrolled(world, 'bob')
  const { authenticator } = await registered(world, 'bob')
  const made = await requested(world)
  /** A challenge, answered by Bob's passkey. */
  async function answered(over: object = {}, lie: Partial<Said> = {}) {
    const { body, text, status } = await ask(world, made.id, bob)
    assert.equal(status, 201, text)
    const answer = { ...bob, challenge: body['challenge'], number: made.number, ...over }
    return { ...answer, assertion: authenticator.get(body['options'], lie) }
  }
  return { world, made, code, authenticator, answered }
}

const codeOf = async (world: GuardWorld, { id }: Requested, answer: object) => {
  const { status, body } = await ask(world, id, answer)
  return status === 200 ? body['status'] : body['code']
}

test('who has a passkey is asked for it first, for this action and these parameters, and approves by it', async (t) => {
  const { world, made, authenticator, answered } = await asked(t)
  const { body } = await ask(world, made.id, bob)
  assert.partialDeepStrictEqual(body, {
    factor: 'webauthn',
    options: { rpId: 'bank.example', allowCredentials: [{ id: authenticator.credential, type: 'public-key' }] },
    authorization: { id: made.id, parametersHash: made.parametersHash },
  })
  assert.equal(await codeOf(world, made, await answered()), 'approved')
})

test('a hundred uses of one assertion are one approval', async (t) => {
  const { world, made, answered } = await asked(t)
  const answer = await answered()
  const said = await Promise.all(Array.from({ length: 100 }, () => ask(world, made.id, answer)))
  assert.equal(said.filter(({ status }) => status === 200).length, 1)
  assert.equal(await statusOf(world, made.id), 'approved')
})

test('an assertion for another action, of another page or with a wrong number approves nothing, and its challenge is taken', async (t) => {
  const { world, made, authenticator, answered } = await asked(t)
  const other = await requested(world, { session: 's-2' })
  const { body } = await ask(world, other.id, bob)
  const swapped = { ...(await answered()), assertion: authenticator.get(body['options']) }
  assert.equal(await codeOf(world, made, swapped), 'verification-failed')
  const phished = await answered({}, { origin: 'https://bank.example.evil' })
  assert.equal(await codeOf(world, made, phished), 'verification-failed')
  const wrong = await answered({ number: made.number === '00' ? '01' : '00' })
  assert.equal(await codeOf(world, made, wrong), 'verification-failed')
  assert.equal(await codeOf(world, made, { ...wrong, number: made.number }), 'stale-challenge')
  assert.equal(await statusOf(world, made.id), 'pending')
})

test('a code does not answer the challenge of a passkey; whoever wants asks for a code', async (t) => {
  const { world, made, code, answered } = await asked(t)
  const { assertion, ...answer } = await answered()
  assert.equal(await codeOf(world, made, { ...answer, code: code() }), 'invalid')
  assert.equal((await approve(world, made, { ...bob, factor: 'totp' }, code())).status, 200)
  assert.ok(assertion)
})

test('wrong codes of a tenant block the codes of its approvers, and not their passkeys', async (t) => {
  const { world, made, code, answered } = await asked(t, { config: { tenantGuessesMax: 2 } })
  const wrong = code() === '000000' ? '000001' : '000000'
  for (const _ of [1, 2])
    assert.equal((await approve(world, made, { ...bob, factor: 'totp' }, wrong)).body['code'], 'verification-failed')
  await until(async () => (await ask(world, made.id, { ...bob, factor: 'totp' })).status === 429)
  assert.equal(await codeOf(world, made, await answered()), 'approved')
})

test('who guessed codes in the name of an approver does not keep them from approving by passkey', async (t) => {
  const { world, made, code, answered } = await asked(t)
  const wrong = code() === '000000' ? '000001' : '000000'
  for (let guess = 0; guess < 5; guess += 1) await approve(world, made, { ...bob, factor: 'totp' }, wrong)
  assert.equal((await ask(world, made.id, { ...bob, factor: 'totp' })).status, 429)
  assert.equal(await codeOf(world, made, await answered()), 'approved')
})

test('where no passkey is for the domain of the app, a code is asked for', async (t) => {
  const { world, made } = await asked(t)
  await world.access.putApp('demo', { id: 'bank', origins: ['https://other.example'] })
  await until(async () => (await ask(world, made.id, bob)).body['factor'] === 'totp')
})

test('an assertion does not get a wrong number past a block', async (t) => {
  const { world, made, code, answered } = await asked(t)
  const wrong = code() === '000000' ? '000001' : '000000'
  for (let guess = 0; guess < 5; guess += 1) await approve(world, made, { ...bob, factor: 'totp' }, wrong)
  const number = made.number === '00' ? '01' : '00'
  assert.equal(await codeOf(world, made, await answered({ number })), 'too-many-requests')
  assert.equal(await statusOf(world, made.id), 'pending')
})
