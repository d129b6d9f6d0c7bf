import assert from 'node:assert/strict'
import { runCommand } from './command-line.ts'

/** Plays the story with `watchword demo` and answers how many steps were told, all of which must have held. */
export async function heldSteps(args: readonly string[]): Promise<number> {
  const { code, out } = await runCommand(['demo', '--json', ...args])
  assert.equal(code, 0, out.join('\n'))
  const steps = out.map((text) => JSON.parse(text) as { held: boolean })
  assert.ok(steps.every(({ held }) => held))
  return steps.length
}
