import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createVerdicts } from '../campaign/verdicts.ts'
import { createFloors } from './floors.ts'

test('an operation that hardly ever succeeds, or was never asked, fails by its name', () => {
  const floors = createFloors()
  for (let request = 0; request < 100; request += 1) {
    floors.count('GET /often', request < 10 ? 200 : 404)
    floors.count('GET /seldom', request < 9 ? 204 : 404)
    floors.count('GET /never', 302)
  }
  const verdicts = createVerdicts()
  floors.judge(['GET /often', 'GET /seldom', 'GET /never', 'GET /unasked'], verdicts)
  const faults = verdicts.lines().filter((line) => line.startsWith('  FAULT'))
  assert.deepEqual(faults, [
    '  FAULT GET /seldom succeeds often enough: 9 of 100 requests, at least 10 expected',
    '  FAULT GET /never succeeds often enough: 0 of 100 requests, at least 10 expected',
    '  FAULT GET /unasked succeeds often enough: 0 of 0 requests, at least 1 expected',
  ])
})
