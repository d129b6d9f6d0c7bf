import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createSeededRandom } from '../campaign/seeded-random.ts'
import { type Point, theilSenSlope } from './theil-sen.ts'

describe('the slope by Theil and Sen', () => {
  it('is that of a line', () => {
    assert.equal(theilSenSlope([0, 1, 2, 3].map((at): Point => [at, 5 + 2 * at])), 2)
    assert.equal(theilSenSlope([[1, 7]]), 0)
    assert.equal(theilSenSlope([]), 0)
  })

  it('finds a leak under noise, and is not carried away by a quarter of the points', () => {
    const random = createSeededRandom(3)
    const points = Array.from({ length: 100 }, (_, at): Point => [at, 3 * at + random.between(-20, 20)])
    const spoilt = points.map(([at, value], index): Point => [at, index % 4 === 0 ? value + 100_000 : value])
    for (const slope of [theilSenSlope(points), theilSenSlope(spoilt)]) assert.ok(Math.abs(slope - 3) < 0.5, `${slope}`)
  })
})
