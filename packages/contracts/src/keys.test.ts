import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { canonicalUser, userKey } from './keys.ts'

test('two ways to write one user id are one user, under one key', () => {
  const composed = 'Zoë'.normalize('NFC')
  const decomposed = 'Zoë'.normalize('NFD')
  assert.notEqual(composed, decomposed)
  assert.deepEqual([canonicalUser(decomposed), canonicalUser(composed)], [composed, composed])
  assert.equal(userKey('demo', decomposed), userKey('demo', composed))
})

test('what is empty, no Unicode text, holds control characters, or is longer than 256 bytes is no user id', () => {
  for (const given of ['', '\ud800', 'a\udc00b', 'a\0', 'a\nb', '\u0085', 'a'.repeat(257), 'ë'.repeat(129)])
    assert.equal(canonicalUser(given), undefined)
  for (const given of ['a'.repeat(256), 'ë'.repeat(128)]) assert.equal(canonicalUser(given), given)
  // Whether it is too long is asked of the canonical form: the decomposed one takes a byte more for each letter.
  assert.equal(canonicalUser('ë'.normalize('NFD').repeat(128)), 'ë'.repeat(128))
})

test('a canonical user id is its own canonical form', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (given) => {
      const user = canonicalUser(given)
      if (user !== undefined) assert.equal(canonicalUser(user), user)
    }),
  )
})
