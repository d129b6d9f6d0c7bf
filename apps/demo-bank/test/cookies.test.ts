import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCookieJar } from '../src/cookies.ts'
import { createPasswords } from '../src/people.ts'

const value = 'a'.repeat(32)

test('keeps cookies from scripts and other sites, and to https where there is https', () => {
  const secure = createCookieJar({ secure: true }).writeSession(value)
  assert.equal(secure, `__Host-bank_session=${value}; Path=/; HttpOnly; SameSite=Lax; Secure`)
  assert.match(createCookieJar({ secure: false }).writeDevice(value), /^bank_device=.*HttpOnly; SameSite=Lax; Max-Age/)
})

test('reads no cookie that comes twice or does not look like one of its own', () => {
  const { read } = createCookieJar({ secure: false })
  assert.equal(read(`x=1; bank_session=${value}`).session, value)
  assert.equal(read(`bank_session=${value}; bank_session=${value}`).session, undefined)
  assert.equal(read('bank_session=<script>').session, undefined)
  assert.deepEqual(read(undefined), { session: undefined, device: undefined })
})

test('knows a person by their password alone', async () => {
  const passwords = createPasswords((size) => Buffer.alloc(size, 7))
  assert.equal((await passwords.check('alice', 'correct-horse'))?.user, 'alice')
  assert.equal(await passwords.check('alice', 'battery-staple'), undefined)
  assert.equal(await passwords.check('nobody', 'correct-horse'), undefined)
})

test('a flood of password guesses does not hold the event loop', async () => {
  const passwords = createPasswords((size) => Buffer.alloc(size, 7))
  let answered = 0
  const guesses = Array.from({ length: 8 }, async () => {
    await passwords.check('alice', 'guess')
    answered += 1
  })
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(answered, 0, 'other work has its turn before the guesses are through')
  await Promise.all(guesses)
})
