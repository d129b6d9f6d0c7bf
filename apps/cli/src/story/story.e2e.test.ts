import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runCommand, startUp } from '../testing/command-line.ts'

/** How many steps were told, all of which must have held. */
async function heldSteps(args: readonly string[]): Promise<number> {
  const { code, out } = await runCommand(['demo', '--json', ...args])
  assert.equal(code, 0, out.join('\n'))
  const steps = out.map((text) => JSON.parse(text) as { held: boolean })
  assert.ok(steps.every(({ held }) => held))
  return steps.length
}

test('watchword demo plays the whole story, and every step holds', async () => {
  assert.ok((await heldSteps([])) >= 16)
})

test('watchword demo plays it against a platform that runs, as often as it is told to', async () => {
  const { url, key, stop } = await startUp()
  for (const _ of [1, 2]) assert.ok((await heldSteps(['--url', url, '--key', key])) >= 15)
  await stop()
})
