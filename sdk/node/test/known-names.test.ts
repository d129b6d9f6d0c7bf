import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createKnownNames } from '../src/known-names.ts'

test('until the platform has said how it reads names, somebody is known under every name that it may have', () => {
  const names = createKnownNames()
  assert.deepEqual(names.readings('Alice'), ['Alice', 'alice'])
  names.note('case-mapped')
  assert.deepEqual(names.readings('Alice'), ['alice'])
  assert.deepEqual(names.readings('alice smith'), [])
})
