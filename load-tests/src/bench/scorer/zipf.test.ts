import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSeededRandom } from '../../campaign/seeded-random.ts'
import { createZipf } from './zipf.ts'

test('the second comes half as often as the first, the tenth a tenth, and all of them are within the count', () => {
  const draw = createZipf(100, 1, createSeededRandom(1).next)
  const counts = Array.from({ length: 100 }, () => 0)
  for (let round = 0; round < 200_000; round += 1) {
    const drawn = draw()
    counts[drawn] = (counts[drawn] ?? 0) + 1
  }
  const [first = 0, second = 0] = counts
  assert.ok(Math.abs(second / first - 1 / 2) < 0.05)
  assert.ok(Math.abs((counts[9] ?? 0) / first - 1 / 10) < 0.02)
  assert.equal(counts.length, 100)
})
