import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judge } from './judgement.ts'

const sampled = (label: string, ...values: number[]) => ({ label, unit: 'requests/s', values })

test('a ratio is taken round by round, so a slow minute of the machine costs both sides', () => {
  const { comparisons } = judge({
    comparisons: [
      {
        name: 'x',
        product: sampled('product', 50, 5, 60),
        baseline: sampled('baseline', 100, 10, 100),
        aims: [
          { of: 'ratio', atLeast: 0.5 },
          { of: 'ratio', atMost: 0.4 },
          { of: 'product', atLeast: 51 },
        ],
      },
    ],
    information: [],
    setting: [],
  })
  const [comparison] = comparisons
  assert.deepEqual(comparison?.ratio, { median: 0.5, min: 0.5, max: 0.6 })
  assert.deepEqual(
    comparison.aims.map(({ met }) => met),
    [true, false, false],
  )
  assert.equal(comparison.aims[0]?.aim, 'at least 0.5 x the baseline')
})
