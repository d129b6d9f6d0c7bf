import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createManualClock } from './testing/manual-clock.ts'
import { createWaiters } from './waiters.ts'

test('everybody who waits for an id gets its answer, once', async () => {
  const waiters = createWaiters<number>({}, { clock: createManualClock() })
  const both = [waiters.wait('x', 100), waiters.wait('x', 100)]
  assert.equal(waiters.answer('x', 7), true)
  assert.equal(waiters.answer('x', 8), false)
  assert.deepEqual(await Promise.all(both), [
    { status: 'answered', value: 7 },
    { status: 'answered', value: 7 },
  ])
  assert.equal(waiters.waiting, 0)
})

test('waiting ends after its time and leaves nothing behind', async () => {
  const clock = createManualClock()
  const waiters = createWaiters<number>({}, { clock })
  const waited = waiters.wait('x', 100)
  clock.advance(100)
  assert.deepEqual(await waited, { status: 'timed-out' })
  assert.equal(waiters.waiting, 0)
  assert.equal(waiters.answer('x', 1), false)
})

test('no more wait than there is room for', async () => {
  const waiters = createWaiters<number>({ waitingMax: 1 }, { clock: createManualClock() })
  assert.equal(waiters.hasRoom, true)
  const first = waiters.wait('x', 100)
  assert.equal(waiters.hasRoom, false)
  assert.deepEqual(await waiters.wait('y', 100), { status: 'too-many' })
  waiters.close()
  assert.deepEqual(await first, { status: 'closed' })
  assert.equal(waiters.hasRoom, false)
  assert.deepEqual(await waiters.wait('z', 100), { status: 'closed' })
})
