import assert from 'node:assert/strict'
import { test } from 'node:test'
import { quantile, spreadOf } from './statistics.ts'

test('the median of an even count is the mean of the two in the middle, whatever their order', () => {
  assert.deepEqual(spreadOf([4, 1, 3, 2]), { median: 2.5, min: 1, max: 4 })
  assert.deepEqual(spreadOf([7]), { median: 7, min: 7, max: 7 })
})

test('a high quantile is a value that was measured, never one beyond the largest', () => {
  const values = Array.from({ length: 200 }, (_, index) => index + 1)
  assert.equal(quantile(values, 0.99), 198)
  assert.equal(quantile(values, 1), 200)
  assert.equal(quantile([5, 9], 0.99), 9)
})

test('nothing measured is a fault and not a figure', () => {
  assert.throws(() => spreadOf([]), RangeError)
})
