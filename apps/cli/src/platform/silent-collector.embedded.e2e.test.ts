import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startUp } from '../testing/start-up.ts'

/** What is sent at the stop may take three seconds; the rest of a stop is short. */
const stopWithinMs = 15_000

test('a collector that never answers costs the spans, and neither an activity nor the stop', async () => {
  const platform = await startUp({ traced: true })
  platform.collector?.answer('silent')
  const answer = await fetch(`${platform.url}/v1/activities`, {
    method: 'POST',
    headers: { authorization: `Bearer ${platform.key}`, 'content-type': 'application/json', prefer: 'wait=5' },
    body: JSON.stringify({ type: 'login', outcome: 'succeeded', user: 'unheard', signals: ['phishing-proxy'] }),
  })
  const { results } = (await answer.json()) as { results: readonly { assessment?: { level: string } }[] }
  assert.equal(answer.status, 200)
  assert.ok(results[0]?.assessment)
  const began = performance.now()
  await platform.stop()
  assert.ok(performance.now() - began < stopWithinMs)
  assert.deepEqual(platform.collector?.spans, [])
})
