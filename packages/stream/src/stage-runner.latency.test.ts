import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noMetrics } from './stage-metrics.ts'
import { createGatedLog } from './testing/gated-log.ts'
import { openWorld, until, untilSettled } from './testing/world.ts'

test('how long a decision took counts from when the log took the record until the log has the decision', async () => {
  const world = openWorld()
  const decided: number[] = []
  const gate = createGatedLog(world.log)
  const metrics = { ...noMetrics, decided: (durationMs: number) => void decided.push(durationMs) }
  const runner = await world.run({ log: gate.log, metrics })
  gate.hold()
  await world.send(['a:1'])
  await until(() => runner.progressOf(0) !== undefined)
  world.clock.advance(70)
  await world.send(['a:2'])
  world.clock.advance(30)
  gate.release()
  await untilSettled(runner, 2)
  assert.deepEqual(decided, [100, 30])
  await runner.stop()
  await world.log.close()
})
