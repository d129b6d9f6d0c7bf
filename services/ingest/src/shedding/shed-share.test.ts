import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { createJudgementBacklog } from './judgement-backlog.ts'
import { calm, nextShed, shedShare, type ShedState } from './shed-share.ts'

const judgementAgeMaxMs = 2_000
const stepMs = 20
const settledSteps = 20_000 / stepMs

/** What is refused after a wait of so many parts of what it may be has lasted for so long. */
function after(load: number, seconds: number, from: ShedState = calm): ShedState {
  let state = from
  for (let second = 0; second < seconds; second += stepMs / 1_000) state = nextShed(state, load, stepMs / 1_000)
  return state
}

describe('the share of telemetry that is refused', () => {
  it('is none up to a quarter of a limit, and all from the limit on', () => {
    assert.equal(shedShare(after(0.24, 60)), 0)
    assert.equal(shedShare(nextShed(calm, 1, 0)), 1)
    assert.equal(shedShare(nextShed(calm, Number.POSITIVE_INFINITY, 0)), 1)
  })

  it('goes on rising while the wait is above half the limit, and falls to nothing once there is no wait', () => {
    const few = { load: 0.6, share: 0.1 }
    const [soon, later] = [after(0.6, 1, few), after(0.6, 4, few)]
    assert.ok(shedShare(soon) < shedShare(later))
    assert.equal(shedShare(after(0, 4, later)), 0)
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

  it('lets in what can be done, keeps the wait within its limit and does not swing, however much comes', () => {
    const property = fc.property(
      fc.integer({ min: 11, max: 100 }),
      fc.integer({ min: 2_000, max: 50_000 }),
      (tenths, perSecond) => {
        const { shares, waitsMs, busyShare } = overloaded({ times: tenths / 10, perSecond, seconds: 60 })
        const [least, most] = rangeOf(shares.slice(-settledSteps))
        const [, longestMs] = rangeOf(waitsMs)
        const [, longestSettledMs] = rangeOf(waitsMs.slice(-settledSteps))
        assert.ok(busyShare >= 0.99, `busy ${busyShare}`)
        assert.ok(longestMs < 2 * judgementAgeMaxMs, `${longestMs} ms`)
        assert.ok(longestSettledMs < judgementAgeMaxMs, `${longestSettledMs} ms`)
        assert.ok(most - least < 0.3, `${least} to ${most}`)
      },
    )
    fc.assert(property, { numRuns: 40 })
  })

  /** A judge that does so many a second, and a multiple of that on its way to it: from the second second on, after half of it in the first. */
  function overloaded({ times, perSecond, seconds }: Readonly<{ times: number; perSecond: number; seconds: number }>) {
    let now = 0
    const backlog = createJudgementBacklog(() => now, 10_000)
    let state = calm
    let [appended, judged, offered, idle] = [0, 0, 0, 0]
    const [shares, waitsMs]: [number[], number[]] = [[], []]
    backlog.appended([{ partition: 0, offset: 0 }])
    backlog.judged({ partition: 0, offset: 0 })
    for (; now < seconds * 1_000; now += stepMs) {
      state = nextShed(state, backlog.waitMs(0) / judgementAgeMaxMs, stepMs / 1_000)
      const rate = now < 1_000 ? 0.5 : times
      offered += (perSecond * rate * stepMs) / 1_000
      appended += (perSecond * rate * stepMs * (1 - shedShare(state))) / 1_000
      const able = judged + (perSecond * stepMs) / 1_000
      if (now >= 1_000 && able > appended) idle += able - appended
      judged = Math.min(appended, able)
      backlog.appended([{ partition: 0, offset: Math.floor(appended) }])
      backlog.judged({ partition: 0, offset: Math.floor(judged) })
      shares.push(shedShare(state))
      waitsMs.push(((appended - judged) / perSecond) * 1_000)
    }
    assert.ok(offered > appended)
    return { shares, waitsMs, busyShare: 1 - idle / (perSecond * (seconds - 1)) }
  }
})

function rangeOf(values: readonly number[]): readonly [number, number] {
  return [Math.min(...values), Math.max(...values)]
}
