import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createVerdicts } from '../campaign/verdicts.ts'
import { createCanaryReport } from './canary-report.ts'

function judged(...lines: readonly string[]): readonly string[] {
  const canary = createCanaryReport(() => undefined)
  canary.onLine('canary: stalled 9000 ms')
  canary.watch()
  for (const line of lines) canary.onLine(line)
  const verdicts = createVerdicts()
  canary.judge(verdicts)
  return verdicts.lines().filter((line) => line.startsWith('  FAULT'))
}

test('a canary that watched and saw stalls of two seconds at most finds no fault; what was before counts for nothing', () => {
  assert.deepEqual(judged('canary: watching', 'canary: stalled 2000 ms', '{"level":"info"}'), [])
})

test('a longer stall, a polluted prototype and a silent canary are faults', () => {
  assert.deepEqual(judged('canary: watching', 'canary: stalled 2001 ms', 'canary: stalled 700 ms'), [
    '  FAULT the event loop never stands still for 2 s: 2001 ms',
  ])
  assert.equal(judged('canary: watching', 'canary: polluted [["Object",["polluted"]]]').length, 1)
  assert.deepEqual(judged(), ['  FAULT the canary watched: it never said so'])
})
