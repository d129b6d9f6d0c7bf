import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { consider, kindRules, type NotificationKind, nothingTold, type Occasion, type ToldState } from '../src/index.ts'

const kinds = Object.keys(kindRules) as readonly NotificationKind[]
const occasions = fc.record({
  kind: fc.constantFrom(...kinds),
  cause: fc.constantFrom('a', 'b', 'c', 'd'),
  device: fc.constantFrom(null, 'x', 'y'),
})
const steps = fc.array(fc.tuple(occasions, fc.integer({ min: 0, max: 20_000_000 })), { maxLength: 300 })

type Outcome = Readonly<{ occasion: Occasion; at: number; tell: boolean; similar: number; why: string }>

function play(history: readonly (readonly [Occasion, number])[]): readonly Outcome[] {
  let state: ToldState = nothingTold
  let at = 0
  return history.map(([occasion, pauseMs]) => {
    at += pauseMs
    const verdict = consider(state, occasion, at)
    state = verdict.state
    return verdict.tell
      ? { occasion, at, tell: true, similar: verdict.similar, why: '' }
      : { occasion, at, tell: false, similar: 0, why: verdict.why }
  })
}

const same = (a: Occasion, b: Occasion): boolean => JSON.stringify(a) === JSON.stringify(b)
const unusual: Occasion = { kind: 'unusual-activity', cause: 'ip.unknown', device: 'd' }

describe('who is told how often', () => {
  test('tells once of 10 000 identical signals', () => {
    const outcomes = play(Array.from({ length: 10_000 }, () => [unusual, 1] as const))
    assert.deepEqual(
      outcomes.filter(({ tell }) => tell).map(({ at }) => at),
      [1],
    )
  })

  test('tells a few of 10 000 signals from as many devices, and counts the others', () => {
    const outcomes = play(
      Array.from({ length: 10_000 }, (_, index) => [{ ...unusual, device: `d${index}` }, 1] as const),
    )
    assert.equal(outcomes.filter(({ tell }) => tell).length, kindRules['unusual-activity'].perHourMax)
    const next = play([
      ...Array.from({ length: 10 }, (_, index) => [{ ...unusual, device: `d${index}` }, 1] as const),
      [{ ...unusual, device: 'another' }, 3_600_000],
    ])
    assert.equal(next.at(-1)?.similar, 7)
  })

  test('never tells the same twice within its cool-down', () => {
    fc.assert(
      fc.property(steps, (history) => {
        const told = play(history).filter(({ tell }) => tell)
        told.forEach(({ occasion, at }, index) => {
          const before = told.slice(0, index).findLast((one) => same(one.occasion, occasion))
          if (before !== undefined) assert.ok(at - before.at >= kindRules[occasion.kind].coolDownMs)
        })
      }),
    )
  })

  test('never keeps a kind quiet: what is held back follows something of its kind that was told within the cool-down', () => {
    fc.assert(
      fc.property(steps, (history) => {
        const outcomes = play(history)
        outcomes.forEach(({ occasion, at, tell }, index) => {
          if (tell) return
          const before = outcomes.slice(0, index).findLast((one) => one.tell && one.occasion.kind === occasion.kind)
          assert.ok(before !== undefined && at - before.at < kindRules[occasion.kind].coolDownMs)
        })
      }),
    )
  })

  test('counts everything that was held back, once', () => {
    fc.assert(
      fc.property(steps, (history) => {
        const outcomes = play(history)
        for (const kind of kinds) {
          const ofKind = outcomes.filter(({ occasion }) => occasion.kind === kind)
          const last = ofKind.findLastIndex(({ tell }) => tell)
          const held = ofKind.slice(0, last + 1).filter(({ tell }) => !tell).length
          assert.equal(
            ofKind.reduce((sum, { similar }) => sum + similar, 0),
            held,
          )
        }
      }),
    )
  })
})
