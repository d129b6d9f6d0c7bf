import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runCli } from '../cli.ts'

test('watchword demo plays the whole story, and every step holds', async () => {
  const said: string[] = []
  const line = (text: string) => void said.push(text)
  const code = await runCli(['demo', '--json'], { env: {}, stdin: process.stdin, out: line, err: line, process })
  assert.equal(code, 0, said.join('\n'))
  const steps = said.map((text) => JSON.parse(text) as { held: boolean })
  assert.ok(steps.length >= 16)
  assert.ok(steps.every(({ held }) => held))
})
