import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startTestPlatform } from '../testing/start-test-platform.ts'
import { heldSteps } from '../testing/held-steps.ts'

test('watchword demo plays the story against a platform that runs, as often as it is told to', async () => {
  const { url, key, stop } = await startTestPlatform()
  for (const _ of [1, 2]) assert.ok((await heldSteps(['--url', url, '--key', key])) >= 15)
  await stop()
})
