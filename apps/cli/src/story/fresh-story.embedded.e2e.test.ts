import assert from 'node:assert/strict'
import { test } from 'node:test'
import { heldSteps } from '../testing/held-steps.ts'

test('watchword demo brings a platform up and plays the whole story on it, and every step holds', async () => {
  assert.ok((await heldSteps([])) >= 16)
})
