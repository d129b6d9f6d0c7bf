import assert from 'node:assert/strict'
import { test } from 'node:test'
import { userKey } from './keys.ts'

test('two ways to write one user id are one key', () => {
  const composed = 'Zoë'.normalize('NFC')
  const decomposed = 'Zoë'.normalize('NFD')
  assert.notEqual(composed, decomposed)
  assert.equal(userKey('demo', decomposed), userKey('demo', composed))
})
