import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assessedPlace, assessmentId } from './assessment-id.ts'

test('the id of an assessment says which activity it is of, and no other text does', () => {
  const place = { partition: 23, offset: 120_000_000_000 }
  assert.deepEqual(assessedPlace(assessmentId(place)), place)
  for (const id of ['', 'a-1', 'a-1-2-1', 'a-01-2-0', 'a-1-2-0 ', 'a-1--2-0', `a-1-${'9'.repeat(17)}-0`])
    assert.equal(assessedPlace(id), undefined, id)
})
