import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judge } from './judgement.ts'
import { type Report, referenceOf, tableOf } from './report.ts'

function reportOf(commit: string, product: number): Report {
  const side = (label: string, value: number) => ({ label, unit: 'requests/s', values: [value] })
  return {
    bench: 'check-http',
    question: 'how fast is it',
    startedAt: '2026-11-22T06:54:24.278Z',
    durationSeconds: 1,
    loadAverage: { before: 0, after: 0 },
    machine: { cpu: 'A', cores: 2, memoryGiB: 1, system: 's', node: 'n', sqlite: 's', v8: 'v', commit },
    ...judge({
      comparisons: [
        { name: 'check', product: side('guard', product), baseline: side('bare', 100), aims: [] },
        { name: commit, product: side('guard', product), baseline: side('bare', 100), aims: [] },
      ],
      information: [],
      setting: [],
    }),
  }
}

test('a new run stands above the reference, comparison by comparison', () => {
  const lines = tableOf(reportOf('new', 50), reportOf('old', 25)).split('\n')
  const ratios = lines.filter((line) => line.includes('ratio')).map((line) => line.trim().replaceAll(/ +/g, ' '))
  // What the reference never measured has nothing beside it.
  assert.deepEqual(ratios, ['ratio 0.5 (0.5..0.5)', 'ratio of the reference 0.25 (0.25..0.25)', 'ratio 0.5 (0.5..0.5)'])
  assert.equal(lines.at(-1), '  - the reference: commit old, 2026-11-22, 2 cores of A')
})

test('the committed reference is found by the name of a bench', () => {
  assert.equal(referenceOf('check-http')?.bench, 'check-http')
  assert.equal(referenceOf('nothing'), undefined)
  assert.match(tableOf(reportOf('new', 50), undefined), /there is no reference/)
})
