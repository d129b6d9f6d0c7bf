import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLease, type Instant } from './lease.ts'

const lastsMs = 10_000

function leaseAt(since: Instant | undefined) {
  const clock = { monotonic: 5_000, wall: 1_800_000_000_000 }
  const given = { since }
  const lease = createLease(
    lastsMs,
    () => given.since,
    () => ({ ...clock }),
  )
  return { lease, clock, given }
}

const start: Instant = { monotonic: 5_000, wall: 1_800_000_000_000 }

test('a lease lasts its time by both clocks: a machine that slept has lost it, and a clock that is set back renews nothing', () => {
  assert.equal(leaseAt(undefined).lease.lasts(), false)
  const slept = leaseAt(start)
  slept.clock.wall += lastsMs - 1
  assert.equal(slept.lease.lasts(), true)
  slept.clock.wall += 1
  assert.equal(slept.lease.lasts(), false)
  const setBack = leaseAt(start)
  setBack.clock.wall -= 3_600_000
  setBack.clock.monotonic += lastsMs
  assert.equal(setBack.lease.lasts(), false)
})

test('who waits for a lease goes on when it is renewed, and not when what it holds is given away', async () => {
  const { lease, clock, given } = leaseAt(start)
  assert.equal(
    lease.wait(() => true),
    true,
  )
  clock.monotonic += lastsMs
  const waits = lease.wait(() => true)
  given.since = { ...clock }
  lease.renewed()
  assert.equal(await waits, true)
  clock.monotonic += lastsMs
  let holds = true
  const lost = lease.wait(() => holds)
  holds = false
  lease.renewed()
  assert.equal(await lost, false)
})
