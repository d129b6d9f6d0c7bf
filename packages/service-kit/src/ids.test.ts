import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createIds } from './ids.ts'

test('ids are UUIDv7s, each another one, over many refills of the randomness', () => {
  const newId = createIds()
  const ids = Array.from({ length: 5_000 }, newId)
  assert.equal(new Set(ids).size, ids.length)
  for (const id of ids) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
})
