import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { goodput, goodShare, type Sample } from './samples.ts'

const sample = (over: Partial<Sample>): Sample => ({
  kind: 'telemetry',
  second: 0,
  ms: 500,
  outcome: 'good',
  activities: 50,
  ...over,
})

describe('what was taken in', () => {
  it('is what was answered with success within the time, not what was only due in it', () => {
    const samples = [sample({}), sample({ second: 1 }), sample({ second: 1, ms: 1_500 }), sample({ outcome: 'shed' })]
    assert.equal(goodput(samples, 0, 2), 50)
  })

  it('is a share of one where there was nothing', () => {
    assert.deepEqual([goodShare([]), goodShare([sample({}), sample({ outcome: 'failed' })])], [1, 0.5])
  })
})
