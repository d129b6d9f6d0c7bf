import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createElapsed } from './clock.ts'

test('what has elapsed counts a sleep of the machine, and neither a time of day that is set back nor its small corrections', () => {
  let [now, monotonic] = [1_000_000, 0]
  const elapsed = createElapsed(
    () => now,
    () => monotonic,
  )
  const after = (nowMs: number, monotonicMs: number): number => {
    now += nowMs
    monotonic += monotonicMs
    return elapsed()
  }
  assert.equal(after(100, 100), 100)
  assert.equal(after(-3_600_000, 50), 150, 'set back')
  assert.equal(after(60_000, 10), 60_150, 'asleep')
  for (let step = 0; step < 1_000; step += 1) after(step % 10 === 0 ? 1 : 0, 0.1)
  assert.ok(Math.abs(elapsed() - 60_250) < 0.001, 'read often, it does not run fast')
})
