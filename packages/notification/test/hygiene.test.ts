import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  consider,
  type Digest,
  kindRules,
  type NotificationKind,
  nothingTold,
  type Occasion,
  type ToldState,
} from '../src/index.ts'

const kinds = Object.keys(kindRules) as readonly NotificationKind[]
const occasions = fc.record({
  kind: fc.constantFrom(...kinds),
  cause: fc.constantFrom('a', 'b', 'c', 'd'),
  device: fc.constantFrom(null, 'x', 'y'),
})
const steps = fc.array(fc.tuple(occasions, fc.integer({ min: 0, max: 20_000_000 })), { maxLength: 300 })

type Step = Omit<Occasion, 'id'>
type Outcome = Readonly<{
  occasion: Step
  at: number
  tell: boolean
  similar: number
  why: string
  digest: Digest | undefined
  state: ToldState
}>

function play(history: readonly (readonly [Step, number])[]): readonly Outcome[] {
  let state: ToldState = nothingTold
  let at = 0
  return history.map(([occasion, pauseMs], index) => {
    at += pauseMs
    const verdict = consider(state, { ...occasion, id: `n-${index}` }, at)
    state = verdict.state
    const { tell, digest } = verdict
    return { occasion, at, tell, similar: tell ? verdict.similar : 0, why: tell ? '' : verdict.why, digest, state }
  })
}

const same = (a: Step, b: Step): boolean => JSON.stringify(a) === JSON.stringify(b)
const unusual: Step = { kind: 'unusual-activity', cause: 'ip.unknown', device: 'd' }

describe('who is told how often', () => {
  test('tells once of 10 000 identical signals', () => {
    const outcomes = play(Array.from({ length: 10_000 }, () => [unusual, 1] as const))
    assert.deepEqual(
      outcomes.filter(({ tell }) => tell).map(({ at }) => at),
      [1],
    )
    assert.ok(
      outcomes.every(({ digest }) => digest === undefined),
      'and has nothing to gather',
    )
  })

  test('tells a few of 10 000 signals from as many devices, and counts the others', () => {
    const outcomes = play(
      Array.from({ length: 10_000 }, (_, index) => [{ ...unusual, device: `d${index}` }, 1] as const),
    )
    assert.equal(outcomes.filter(({ tell }) => tell).length, kindRules['unusual-activity'].perHourMax)
    const next = play([
      ...Array.from({ length: 10 }, (_, index) => [{ ...unusual, device: `d${index}` }, 1] as const),
      [{ ...unusual, device: 'another' }, 3_599_992],
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

  test('gathers what is too much in one digest an hour after its first, and says its count in few records', () => {
    const outcomes = play(
      Array.from({ length: 10_000 }, (_, index) => [{ ...unusual, device: `d${index}` }, 1] as const),
    )
    const said = outcomes.flatMap(({ digest }) => digest ?? [])
    assert.deepEqual(new Set(said.map(({ id, dueAt }) => `${id} ${dueAt}`)), new Set(['n-3 3600004']))
    assert.deepEqual(
      said.map(({ count }) => count),
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000],
    )
  })

  test('takes a digest off when the next of its kind is told before it is due, which counts all of it', () => {
    const outcomes = play([
      ...Array.from({ length: 5 }, (_, index) => [{ ...unusual, device: `d${index}` }, 600_000] as const),
      [{ ...unusual, device: 'another' }, 1_200_000],
    ])
    const { tell, similar, digest } = outcomes.at(-1) ?? {}
    assert.deepEqual([tell, similar, digest?.id, digest?.count], [true, 2, 'n-3', 0])
  })

  test('tells everything that was held back, once: with the next of its kind, or in a digest when that is due', () => {
    fc.assert(
      fc.property(steps, (history) => {
        const outcomes = play(history)
        for (const kind of kinds) {
          const ofKind = outcomes.filter(({ occasion }) => occasion.kind === kind)
          const digests = new Map(ofKind.flatMap(({ state }) => state.digests[kind] ?? []).map((one) => [one.id, one]))
          for (const { digest } of ofKind) if (digest?.count === 0) digests.delete(digest.id)
          const open = ofKind.at(-1)?.state
          const told = ofKind.reduce((sum, { similar }) => sum + similar, 0)
          const gathered = [...digests.values()].reduce((sum, { count }) => sum + count, 0)
          const rest = (open?.heldBack[kind] ?? 0) - (open?.digests[kind]?.count ?? 0)
          assert.equal(told + gathered + rest, ofKind.filter(({ tell }) => !tell).length)
        }
      }),
    )
  })

  test('lets nothing new wait for longer than an hour', () => {
    fc.assert(
      fc.property(steps, (history) => {
        for (const { why, at, occasion, state } of play(history)) {
          const { dueAt = Infinity } = state.digests[occasion.kind] ?? {}
          if (why === 'too-many') assert.ok(dueAt > at && dueAt <= at + 3_600_000)
        }
      }),
    )
  })
})
