import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createVerdicts } from '../campaign/verdicts.ts'
import { judgeFloors } from './floors.ts'

const enough = new Map([
  ['activities acknowledged', 500],
  ['locks acknowledged', 50],
  ['unlocks acknowledged', 20],
  ['verifications acknowledged', 5],
  ['thefts locked', 2],
  ['codes tried again', 1],
  ['http: 200', 200],
  ['check: 204', 50],
])

test('a campaign in which something hardly ever succeeded is a failure, by its name', () => {
  const verdicts = createVerdicts()
  judgeFloors(enough, 10, verdicts)
  assert.equal(verdicts.failed(), 0)
  for (const [what, count] of enough) {
    const lacking = createVerdicts()
    judgeFloors(new Map([...enough, [what, count - 1]]), 10, lacking)
    assert.equal(lacking.failed(), 1)
    assert.ok(lacking.lines().some((line) => line.includes(`${what}: ${count - 1}, at least ${count} expected`)))
  }
})
