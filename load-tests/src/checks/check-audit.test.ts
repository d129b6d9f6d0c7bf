import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createVerdicts } from '../campaign/verdicts.ts'
import { compareAudit } from './check-audit.ts'

const places = new Set(['watchword.mfa.v1/0/0', 'watchword.mfa.v1/0/2', 'watchword.lock.v1/7/1'])

function faults(rows: Readonly<Record<string, number>>): readonly string[] {
  const verdicts = createVerdicts()
  compareAudit(places, new Map(Object.entries(rows)), verdicts)
  return verdicts.lines().filter((line) => line.startsWith('  FAULT'))
}

const stored = { 'watchword.mfa.v1/0/0': 1, 'watchword.mfa.v1/0/2': 1, 'watchword.lock.v1/7/1': 1 }

test('an audit with each visible record once has no fault, nor has what came after they were read', () => {
  assert.deepEqual(faults(stored), [])
  assert.deepEqual(faults({ ...stored, 'watchword.mfa.v1/0/3': 1, 'watchword.lock.v1/8/0': 1 }), [])
})

test('a row that is missing or double is found, and one of a record that consumers drop', () => {
  const once = '  FAULT a visible record is in ClickHouse exactly once'
  assert.deepEqual(faults({ 'watchword.mfa.v1/0/0': 1, 'watchword.mfa.v1/0/2': 1 }), [
    `${once}: watchword.lock.v1/7/1: 0 rows`,
  ])
  assert.deepEqual(faults({ ...stored, 'watchword.mfa.v1/0/0': 2 }), [`${once}: watchword.mfa.v1/0/0: 2 rows`])
  assert.deepEqual(faults({ ...stored, 'watchword.mfa.v1/0/1': 1 }), [
    '  FAULT ClickHouse holds nothing that consumers drop: watchword.mfa.v1/0/1',
  ])
})
