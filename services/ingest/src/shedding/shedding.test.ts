import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ProblemError } from '@watchword/service-kit'
import { createShedding, type Shedding, type SheddingDeps } from './shedding.ts'
import type { TrafficClass } from './traffic-class.ts'

const limits = { judgementAgeMaxMs: 2_000, requestAgeMaxMs: 1_000, activitiesInFlightMax: 10_000 }

/** Nothing waits, and nothing is counted, but for what is given. */
function sheddingWith(deps: Partial<SheddingDeps> = {}): Shedding {
  const none = {
    elapsed: () => 0,
    backlog: { waitMs: () => 0 },
    onShed: () => undefined,
    onShedUnread: () => undefined,
  }
  return createShedding(limits, { ...none, ...deps })
}

function isRefused(work: () => void): boolean {
  try {
    work()
    return false
  } catch (error) {
    // What is sensitive is refused in one test alone, and there as a fault.
    assert.ok(error instanceof ProblemError && error.code === 'overloaded' && error.isShed)
    assert.ok(Number(error.headers['retry-after']) > 0)
    return true
  }
}

describe('what is let in', () => {
  /** Asks for room again and again while so long has to be waited; answers how many of so many requests were let in. */
  function admitted(waitMs: number, trafficClass: TrafficClass, requests = 100) {
    const shed: TrafficClass[] = []
    const backlog = { waitMs: () => waitMs }
    const shedding = sheddingWith({ backlog, onShed: (of) => void shed.push(of) })
    let count = 0
    for (let request = 0; request < requests; request += 1) {
      if (!isRefused(() => shedding.admit(10, () => trafficClass)())) count += 1
    }
    assert.equal(shed.length, requests - count)
    return { count, share: shedding.current().share }
  }

  it('is of telemetry the share that is not refused, evenly', () => {
    for (const waitMs of [0, 700, 1_100, 2_000]) {
      const { count, share } = admitted(waitMs, 'telemetry', 1_000)
      assert.ok(Math.abs(count / 1_000 - (1 - share)) < 0.01, `${count} at a share of ${share}`)
    }
  })

  it('is of what says unread that it can wait the same share', () => {
    let refused = 0
    const shedding = sheddingWith({
      backlog: { waitMs: () => 1_100 },
      onShed: () => assert.fail('nothing was read'),
      onShedUnread: () => void (refused += 1),
    })
    for (let request = 0; request < 1_000; request += 1) {
      const before = refused
      if (isRefused(() => shedding.askUnread())) assert.equal(refused, before + 1)
      else shedding.admitAsked(10)()
    }
    const { share } = shedding.current()
    assert.ok(share > 0 && share < 1 && Math.abs(refused / 1_000 - share) < 0.01, `${refused} at a share of ${share}`)
  })

  it('is nothing of what said so once all telemetry is refused, however early it was asked', () => {
    const shed: TrafficClass[] = []
    let waitMs = 0
    const shedding = sheddingWith({
      elapsed: () => waitMs,
      backlog: { waitMs: () => waitMs },
      onShed: (of) => void shed.push(of),
    })
    shedding.askUnread()
    waitMs = limits.judgementAgeMaxMs
    assert.equal(
      isRefused(() => shedding.admitAsked(10)),
      true,
    )
    assert.deepEqual(shed, ['telemetry'])
  })

  it('is all that is sensitive, however far behind the platform is', () => {
    assert.equal(admitted(60_000, 'sensitive').count, 100)
  })

  it('is nothing above what may wait for the log, and again once there is room', () => {
    const shedding = sheddingWith()
    const leave = shedding.admit(10_000, () => 'sensitive')
    assert.throws(() => shedding.admit(1, () => 'sensitive'), { code: 'overloaded', isShed: false })
    leave()
    shedding.admit(10_000, () => 'sensitive')
  })

  it('counts from the oldest request that is still inside', () => {
    let now = 0
    const shedding = sheddingWith({ elapsed: () => now })
    const first = shedding.admit(400, () => 'telemetry')
    now = 900
    shedding.admit(600, () => 'telemetry')
    now = 1_000
    assert.equal(shedding.current().share, 1)
    first()
    now = 1_020
    assert.ok(shedding.current().share < 1)
    now = 2_000
    assert.equal(shedding.current().share, 1)
  })

  it('counts as sensitive what finds no room: all telemetry is refused before', () => {
    const shed: (readonly [TrafficClass, number])[] = []
    const onShed = (of: TrafficClass, activities: number): void => void shed.push([of, activities])
    const shedding = sheddingWith({ onShed })
    shedding.admit(10_000, () => 'telemetry')
    assert.throws(() => shedding.admit(7, () => 'sensitive'), { code: 'overloaded' })
    assert.deepEqual(shed, [['sensitive', 7]])
  })

  it('tells how long a judgement takes', () => {
    const shedding = sheddingWith({ backlog: { waitMs: () => 700 } })
    assert.equal(shedding.current().judgementWaitMs, 700)
  })

  it('is asked for its class only where it may be refused: to tell it, all of it is read', () => {
    const shedding = sheddingWith()
    shedding.admit(10, () => assert.fail('its class was asked for'))
  })
})
