import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { arrivedBy, constant, secondsOf } from './rate.ts'

describe('the rate of a scenario', () => {
  it('brings as many as it says in a second, whatever the moments at which it is asked', () => {
    const rate = constant(10, 3)
    assert.deepEqual(
      [0, 0.05, 0.1, 1, 2.95, 3, 60].map((second) => arrivedBy(rate, second)),
      [0, 0, 1, 10, 29, 30, 30],
    )
  })

  it('rises and falls in a straight line', () => {
    const rate = [
      { seconds: 2, from: 0, to: 10 },
      { seconds: 2, from: 10, to: 0 },
    ]
    assert.equal(secondsOf(rate), 4)
    assert.deepEqual(
      [1, 2, 3, 4].map((second) => arrivedBy(rate, second)),
      [2, 10, 17, 20],
    )
  })
})
