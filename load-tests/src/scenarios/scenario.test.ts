import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createVerdicts } from '../campaign/verdicts.ts'
import type { Sample } from './samples.ts'
import { judgeThresholds, type Threshold } from './scenario.ts'

function failures(samples: readonly Sample[], lock: Threshold): number {
  const verdicts = createVerdicts(() => undefined)
  judgeThresholds(samples, { lock }, verdicts)
  return verdicts.failed()
}

const lock = (ms: number, outcome: Sample['outcome'] = 'good'): Sample => ({
  kind: 'lock',
  outcome,
  ms,
  second: 0,
  activities: 0,
})

describe('a threshold', () => {
  it('holds for requests that are good and in time', () => {
    assert.equal(failures([lock(5), lock(9)], { goodShareMin: 1, p99MaxMs: 10 }), 0)
  })

  it('does not hold for one that fails, or that is late', () => {
    assert.equal(failures([lock(5), lock(9, 'failed')], { goodShareMin: 1 }), 1)
    assert.equal(failures([lock(5), lock(11)], { goodShareMin: 1, p99MaxMs: 10 }), 1)
  })

  it('does not hold for requests that never came', () => {
    assert.equal(failures([], { goodShareMin: 0, p99MaxMs: 10 }), 1)
  })
})
