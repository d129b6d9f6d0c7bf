import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { canonicalComponents } from '../src/canonical-components.ts'
import { reconnectDelayMs, restartHintMs } from '../src/reconnect-delay.ts'

test('waits a random part of an exponentially growing span of at most 30 s', () => {
  fc.assert(
    fc.property(fc.nat(1_000), fc.double({ min: 0, max: 0.999, noNaN: true }), (attempt, random) => {
      const delay = reconnectDelayMs(attempt, () => random)
      assert.ok(delay >= 0 && delay < 30_000)
    }),
    { numRuns: 200 },
  )
  assert.equal(
    reconnectDelayMs(0, () => 0.5),
    125,
  )
  assert.equal(
    reconnectDelayMs(3, () => 0.5),
    1_000,
  )
})

test('follows the hint of a restarting guard and of no other close', () => {
  assert.equal(restartHintMs(1012, 'retry in 1500 ms'), 1_500)
  assert.equal(restartHintMs(1012, 'retry in 999999 ms'), 30_000)
  assert.equal(restartHintMs(1012, 'soon'), 0)
  assert.equal(restartHintMs(1006, '1500'), 0)
})

test('writes equal components as one text, whatever their order, without those that are missing', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ maxLength: 8 }), fc.oneof(fc.string(), fc.boolean())), (components) => {
      const turned = Object.fromEntries(Object.entries(components).toReversed())
      assert.equal(canonicalComponents(turned), canonicalComponents(components))
    }),
    { numRuns: 200 },
  )
  assert.equal(canonicalComponents({ b: 1, a: undefined }), canonicalComponents({ b: 1 }))
  assert.notEqual(canonicalComponents({ a: 'x' }), canonicalComponents({ a: 'y' }))
})
