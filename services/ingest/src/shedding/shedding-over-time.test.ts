import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { limits, type Simulation, simulate, sumOf } from './testing/simulated-judge.ts'

const limitMs = limits.judgementAgeMaxMs
const seconds = 60

/** What was seen from one second to another. */
function between(simulation: Omit<Simulation, 'seconds'>, from: number, to = seconds) {
  return sumOf(simulate({ ...simulation, seconds: to }).slice(from))
}

describe('what is refused of telemetry over time', () => {
  it('leaves as much as can be done, keeps the wait within its limit and does not swing, however much comes', () => {
    const judge = fc.record({ judgedPerSecond: fc.integer({ min: 1_500, max: 50_000 }), latencyMs: fc.nat(100) })
    const property = fc.property(judge, fc.integer({ min: 12, max: 100 }), (of, tenths) => {
      const offered = (ms: number): number => of.judgedPerSecond * (ms < 1_000 ? 0.5 : tenths / 10)
      const all = between({ ...of, offered }, 2)
      const settled = between({ ...of, offered }, 30)
      assert.ok(all.idle < 0.02, `idle ${all.idle}`)
      assert.ok(all.longestWaitMs < 2 * limitMs, `${all.longestWaitMs} ms`)
      assert.ok(settled.longestWaitMs < limitMs, `${settled.longestWaitMs} ms`)
      assert.ok(settled.mostShare - settled.leastShare < 0.4, `${settled.leastShare} to ${settled.mostShare}`)
    })
    fc.assert(property, { numRuns: 30 })
  })

  it('keeps the wait of a slow judge, too, once it is known how slow it is', () => {
    const settled = between({ judgedPerSecond: 100, offered: () => 500, batch: 5 }, 30)
    assert.ok(settled.longestWaitMs < limitMs, `${settled.longestWaitMs} ms`)
    assert.ok(settled.idle < 0.05, `${settled.idle}`)
  })

  it('is nothing while all that comes can be done, whatever it comes in', () => {
    const property = fc.property(
      fc.integer({ min: 2_000, max: 20_000 }),
      fc.integer({ min: 10, max: 85 }),
      fc.constantFrom(1, 50, 500),
      fc.nat(60),
      (judgedPerSecond, percent, batch, latencyMs) => {
        const offered = (): number => (judgedPerSecond * percent) / 100
        assert.equal(between({ judgedPerSecond, offered, batch, latencyMs }, 0).refused, 0)
      },
    )
    fc.assert(property, { numRuns: 30 })
  })

  it('is nothing again soon after nothing was judged for a while', () => {
    for (const perSecond of [200, 1_000]) {
      const isAway = (ms: number): boolean => ms >= 5_000 && ms < 10_000
      for (const share of [0.6, 0.9]) {
        const offered = (ms: number): number => (ms < 20_000 ? perSecond : 4_500 * share)
        const later = between({ judgedPerSecond: 4_500, offered, isAway }, 30)
        assert.equal(later.refused, 0, `${perSecond}, then ${share}`)
      }
    }
  })

  it('leaves as much as can be done after nothing was judged for a while', () => {
    const isAway = (ms: number): boolean => ms >= 5_000 && ms < 10_000
    const later = between({ judgedPerSecond: 4_500, offered: (ms) => (ms < 20_000 ? 200 : 22_500), isAway }, 25)
    assert.ok(later.idle < 0.02, `${later.idle}`)
    assert.ok(later.mostShare - later.leastShare < 0.4, `${later.leastShare} to ${later.mostShare}`)
  })

  it('is nothing while nobody judges for long, and all until what came meanwhile is judged', () => {
    const isAway = (ms: number): boolean => ms >= 5_000 && ms < 65_000
    const seen = simulate({ judgedPerSecond: 4_500, offered: () => 1_000, isAway, seconds: 120 })
    assert.equal(sumOf(seen.slice(20, 65)).refused, 0)
    assert.equal(sumOf(seen.slice(66, 75)).leastShare, 1)
    assert.equal(sumOf(seen.slice(100)).refused, 0)
  })

  it('is nothing of a burst that is done soon', () => {
    const offered = (ms: number): number => (ms >= 10_000 && ms < 10_500 ? 8_000 : 2_000)
    const { refused, longestWaitMs } = between({ judgedPerSecond: 4_500, offered }, 0, 20)
    assert.ok(longestWaitMs < limitMs / 4)
    assert.equal(refused, 0)
  })
})
