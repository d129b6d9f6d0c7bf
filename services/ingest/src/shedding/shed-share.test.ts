import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { calm, nextShed, shedShare, type ShedState } from './shed-share.ts'

/** What is refused while a wait of so many parts of what it may be lasts for so long, at every 20 ms of it. */
function during(load: number, seconds: number, from: ShedState = calm): readonly ShedState[] {
  const states: ShedState[] = []
  for (let last = from; states.length < seconds * 50; states.push(last)) last = nextShed(last, load, 0.02)
  return states
}

describe('the share of telemetry that is refused', () => {
  it('is none at any moment up to a quarter of a limit, and all from the limit on', () => {
    assert.ok(during(0.24, 60).every((state) => shedShare(state) === 0))
    assert.equal(shedShare(nextShed(calm, 1, 0)), 1)
    assert.equal(shedShare(nextShed(calm, Number.POSITIVE_INFINITY, 0)), 1)
  })

  it('is little as soon as there is more than that', () => {
    assert.ok(shedShare(nextShed(calm, 0.3, 0.02)) < 0.15)
  })

  it('goes on rising while the wait is above half the limit, and falls to nothing once there is no wait', () => {
    const shares = during(0.6, 4, { load: 0.6, controlled: 0.1 })
    const [soon, later] = [shares.at(50), shares.at(-1)]
    assert.ok(soon !== undefined && later !== undefined && shedShare(soon) < shedShare(later))
    assert.equal(during(0, 4, later).at(-1)?.controlled, 0)
  })

  it('does not fall at once when the wait comes down to its limit, from however far above', () => {
    const above = nextShed(calm, 60, 0.02)
    assert.ok(shedShare(nextShed(above, 0.99, 0.02)) > 0.9)
  })

  it('is a share, whatever the waits and the steps are', () => {
    const step = fc.tuple(fc.double({ min: 0, noNaN: true }), fc.double({ min: 0, max: 1e6, noNaN: true }))
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const state = steps.reduce<ShedState>((last, [load, seconds]) => nextShed(last, load, seconds), calm)
        const share = shedShare(state)
        assert.ok(share >= 0 && share <= 1, `${share}`)
      }),
    )
  })
})
