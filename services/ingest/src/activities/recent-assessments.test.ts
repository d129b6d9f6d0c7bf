import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AssessmentRecord } from '@watchword/contracts'
import { createRecentAssessments } from './recent-assessments.ts'

const assessment = (id: string) => ({ id }) as AssessmentRecord

test('keeps what comes while somebody does not know yet what to wait for, and nothing longer', () => {
  const recent = createRecentAssessments()
  const kept = () => [...recent.of(new Set(['0/1', '0/2', '0/3', '0/4'])).keys()]
  recent.add('0/1', assessment('before'))
  const closeFirst = recent.open()
  recent.add('0/2', assessment('a-2'))
  const closeSecond = recent.open()
  recent.add('0/3', assessment('a-3'))
  assert.deepEqual(kept(), ['0/2', '0/3'])
  closeFirst()
  assert.deepEqual([kept(), recent.isWanted()], [['0/3'], true])
  closeSecond()
  assert.deepEqual([kept(), recent.isWanted()], [[], false])
  // Whoever closes twice takes nothing from the next one.
  const closeThird = recent.open()
  closeSecond()
  recent.add('0/4', assessment('a-4'))
  assert.deepEqual(kept(), ['0/4'])
  closeThird()
})
