import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { runOpenLoad } from './open-load.ts'
import { constant } from './rate.ts'
import type { Sample } from './samples.ts'

describe('an open load', () => {
  it('goes on while nothing is answered, and times each request from when it was due', async () => {
    const samples: Sample[] = []
    const all = Promise.withResolvers<void>()
    const total = 20
    let arrived = 0
    await runOpenLoad(
      [
        {
          rate: constant(200, total / 200),
          async arrive(number, note) {
            assert.equal(number, arrived)
            arrived += 1
            // Nobody is answered before the last has come: a closed loop would never end.
            if (arrived === total) all.resolve()
            await all.promise
            note({ kind: 'status', outcome: 'good' })
          },
        },
      ],
      (sample) => samples.push(sample),
    )
    assert.equal(samples.length, total)
    const [first, last] = [samples[0], samples.at(-1)]
    assert.ok(first !== undefined && last !== undefined && first.second < last.second)
    // Moments in fractions of milliseconds: what is due at the end is so but for rounding.
    assert.ok(last.second < 0.100_001, `${last.second} s`)
    assert.ok(first.ms > last.ms, 'the first waited for the last')
  })
})
