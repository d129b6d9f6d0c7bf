import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import fc from 'fast-check'
import type { Outbox } from './outbox.ts'
import { createPump } from './pump.ts'

const stepsPerTurn = 128

/** An outbox that has so much to do, and writes down who had a turn. */
function outboxWith(jobs: number, onStep: () => void): Outbox {
  let left = jobs
  return {
    step() {
      if (left === 0) return false
      left -= 1
      onStep()
      return left > 0
    },
    push: () => undefined,
    tick: () => 0,
    forget: () => undefined,
    remembered: 0,
  }
}

test('however many connections have something to hear, no turn of the event loop takes more than a slice, and all hear all of it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(40), { maxLength: 600 }), async (amounts) => {
      const pump = createPump()
      let steps = 0
      for (const jobs of amounts) pump.wake(outboxWith(jobs, () => (steps += 1)))
      const due = amounts.reduce((sum, jobs) => sum + jobs, 0)
      assert.equal(steps, 0, 'whoever wakes them does not wait for them')
      const turns = 2 + Math.ceil((due + amounts.length) / stepsPerTurn)
      for (let turn = 0; turn < turns; turn += 1) {
        const before = steps
        await nextTurn()
        assert.ok(steps - before <= stepsPerTurn)
      }
      assert.equal(steps, due)
    }),
    { numRuns: 30 },
  )
})

test('a connection with a thousand things to hear does not keep one with a single thing waiting', async () => {
  const order: string[] = []
  const pump = createPump()
  for (const name of ['busy', 'calm']) pump.wake(outboxWith(name === 'busy' ? 1_000 : 1, () => order.push(name)))
  await nextTurn()
  assert.ok(order.indexOf('calm') <= 1, order.slice(0, 5).join(' '))
})
