import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { logTopics } from '@watchword/contracts'
import fc from 'fast-check'
import { enrolled, lockOf, respond } from '../../testing/enrolled.ts'
import { createGuardWorld, type GuardWorld, thief } from '../../testing/guard-world.ts'
import { formatRecoveryCode, readRecoveryCode, recoveryCodePattern } from './recovery-code.ts'
import { indexOfCode, newRecoverySet, recoveryCodesLeft, recoveryCodesPerSet } from './recovery-set.ts'

const path = '/v1/users/alice/factors/recovery-codes'
const context = { ip: '203.0.113.9', device: thief.device }

async function newSet({ call }: GuardWorld): Promise<readonly string[]> {
  const { status, body } = await call('POST', path, { body: {} })
  assert.equal(status, 201, JSON.stringify(body))
  return body['codes'] as string[]
}

async function codesLeft({ call }: GuardWorld): Promise<unknown> {
  const { items } = (await call('GET', '/v1/users/alice/factors')).body as { items: Record<string, unknown>[] }
  return items.find(({ kind }) => kind === 'recovery-code')?.['codesLeft']
}

async function challengeFor({ call }: GuardWorld, lock: string): Promise<string> {
  const made = await call('POST', `/v1/locks/${lock}/challenges`, { body: { factor: 'recovery-code' } })
  assert.equal(made.status, 201, made.text)
  return String(made.body['challenge'])
}

test('a code opens the session once, typed as people type, and the list tells how many are left', async (t) => {
  const world = await createGuardWorld(t)
  const codes = await newSet(world)
  assert.equal(new Set(codes).size, recoveryCodesPerSet)
  assert.equal(await codesLeft(world), 10)
  await world.demand('alice')
  const [code = ''] = codes
  const typed = ` ${code.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l')} `
  const answer = await respond(world, await challengeFor(world, await lockOf(world)), { code: typed, context })
  assert.equal(answer.status, 200, answer.text)
  assert.equal(await codesLeft(world), 9)
  await world.call('POST', '/v1/users/alice/lock', { body: { reason: 'x' } })
  const again = await respond(world, await challengeFor(world, await lockOf(world)), { code, context })
  assert.partialDeepStrictEqual([again.status, again.body], [401, { code: 'verification-failed', attemptsLeft: 4 }])
})

test('one hundred uses of one code at once are one success', async (t) => {
  const world = await createGuardWorld(t)
  const [code = ''] = await newSet(world)
  await world.demand('alice')
  const lock = await lockOf(world)
  const challenges = [await challengeFor(world, lock), await challengeFor(world, lock)]
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, index) => respond(world, challenges[index % 2] ?? '', { code, context })),
  )
  assert.equal(answers.filter(({ status }) => status === 200).length, 1)
  assert.ok(answers.every(({ status }) => [200, 401, 409, 429].includes(status)))
})

test('a new set takes the place of the old one, whose codes are worth nothing', async (t) => {
  const world = await createGuardWorld(t)
  const [old = ''] = await newSet(world)
  const [fresh = ''] = await newSet(world)
  const { items } = (await world.call('GET', '/v1/users/alice/factors')).body as { items: unknown[] }
  assert.equal(items.length, 1)
  await world.demand('alice')
  const challenge = await challengeFor(world, await lockOf(world))
  assert.equal((await respond(world, challenge, { code: old, context })).status, 401)
  assert.equal((await respond(world, challenge, { code: fresh, context })).status, 200)
})

test('no codes are made while locked', async (t) => {
  const world = await createGuardWorld(t)
  await enrolled(world)
  await world.demand('alice')
  await lockOf(world)
  const refused = await world.call('POST', path)
  assert.deepEqual([refused.status, refused.body['code']], [409, 'locked'])
})

test('a challenge of one kind takes no answer of another', async (t) => {
  const world = await createGuardWorld(t)
  const { code } = await enrolled(world)
  const [recovery = ''] = await newSet(world)
  await world.demand('alice')
  const lock = await lockOf(world)
  const totp = (await world.call('POST', `/v1/locks/${lock}/challenges`, { body: { factor: 'totp' } })).body
  const wrong = [
    await respond(world, await challengeFor(world, lock), { code: code() }),
    await respond(world, String(totp['challenge']), { code: recovery }),
    await respond(world, String(totp['challenge']), {}),
  ]
  for (const { status, body } of wrong)
    assert.partialDeepStrictEqual([status, body], [422, { errors: [{ pointer: '/code' }] }])
})

test('a code is in no record and in no log line', async (t) => {
  const world = await createGuardWorld(t)
  const codes = await newSet(world)
  await world.demand('alice')
  await respond(world, await challengeFor(world, await lockOf(world)), { code: codes[0], context })
  const needles = codes.flatMap((code) => [code, code.replaceAll('-', '')])
  for (const { name, partitions } of logTopics) {
    for (let partition = 0; partition < Math.min(partitions, 4); partition += 1)
      for (const record of await world.log.read(name, partition, 0, 1000))
        assert.ok(
          needles.every((needle) => !Buffer.from(record.value ?? []).includes(needle)),
          name,
        )
  }
  assert.ok(needles.every((needle) => !world.logText().includes(needle)))
})

test('ten bytes and their code are the same, whichever way they are typed', () => {
  const bytes = fc.uint8Array({ minLength: 10, maxLength: 10 })
  fc.assert(
    fc.property(bytes, fc.func(fc.boolean()), (ten, isLower) => {
      const code = formatRecoveryCode(ten)
      assert.match(code, /^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}$/)
      const plain = code.replaceAll('-', '')
      assert.equal(BigInt(`0x${Buffer.from(ten).toString('hex')}`), valueOf(plain))
      const typed = Array.from(plain, (letter, at) => (isLower(at) ? `${letter.toLowerCase()} ` : letter)).join('')
      assert.equal(readRecoveryCode(typed), plain)
      assert.match(typed, new RegExp(`^${recoveryCodePattern}$`))
    }),
  )
})

test('whatever is typed is one code or none', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (typed) => {
      const code = readRecoveryCode(typed)
      assert.ok(code === undefined || readRecoveryCode(code) === code)
    }),
  )
})

test('each code of a set is found at its index, and no other one', () => {
  const { codes, kept } = newRecoverySet(randomBytes)
  assert.deepEqual(
    codes.map((code) => indexOfCode(kept, code)),
    codes.map((_, index) => index),
  )
  const other = newRecoverySet(randomBytes)
  assert.ok(other.codes.every((code) => indexOfCode(kept, code) === null))
  assert.equal(indexOfCode(kept, ''), null)
  assert.equal(Buffer.from(kept).includes(codes[0] ?? ''), false)
})

test('codes that are left are those whose bit is not set', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(recoveryCodesPerSet - 1)), (used) => {
      const bits = used.reduce((sum, index) => sum + 2 ** index, 0)
      assert.equal(recoveryCodesLeft(bits), recoveryCodesPerSet - used.length)
    }),
  )
  assert.equal(recoveryCodesLeft(null), recoveryCodesPerSet)
})

function valueOf(code: string): bigint {
  const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
  return Array.from(code).reduce((value, letter) => value * 32n + BigInt(letters.indexOf(letter)), 0n)
}
