import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Sample } from '../samples.ts'
import { histogramChart, lineChart } from './chart.ts'
import { activitiesPerSecond, histogramOf, latency, overTime } from './series.ts'

const sample = (over: Partial<Sample>): Sample => ({
  kind: 'telemetry',
  second: 0,
  ms: 10,
  outcome: 'good',
  activities: 50,
  ...over,
})

describe('the report of a load', () => {
  it('counts the activities of each second by what became of them', () => {
    const samples = [
      sample({}),
      sample({ second: 0.9 }),
      sample({ second: 1.5, outcome: 'shed' }),
      sample({ second: 2.5 }),
    ]
    const values = (outcome: Sample['outcome']) =>
      overTime(samples, activitiesPerSecond(outcome)).map(({ value }) => value)
    assert.deepEqual(
      [values('good'), values('shed')],
      [
        [100, 0, 50],
        [0, 50, 0],
      ],
    )
  })

  it('has no latency where nothing was good', () => {
    const samples = [sample({ ms: 7 }), sample({ second: 1, outcome: 'failed' }), sample({ second: 2, ms: 9 })]
    assert.deepEqual(
      overTime(samples, latency('telemetry', 0.99)).map(({ value }) => value),
      [7, null, 9],
    )
  })

  it('puts every answer into the histogram once', () => {
    const latencies = [0.01, 1, 1.1, 7, 90, 91, 5_000]
    const histogram = histogramOf(latencies)
    assert.equal(
      histogram.reduce((sum, { count }) => sum + count, 0),
      latencies.length,
    )
    for (const ms of latencies.slice(1))
      assert.ok(
        histogram.some(({ fromMs, toMs, count }) => count > 0 && fromMs <= ms && ms < toMs),
        `${ms}`,
      )
    assert.deepEqual(histogramOf([]), [])
  })

  it('draws whatever there is, and no place that is none', () => {
    const gaps = [
      { second: 0.5, value: 3 },
      { second: 1.5, value: null },
      { second: 2.5, value: 0 },
    ]
    const curves = [{ label: 'one', color: '#123456', series: gaps }]
    for (const svg of [
      lineChart({ title: 't', curves }),
      lineChart({ title: 't', curves, scale: 'log' }),
      lineChart({ title: 't', curves: [{ label: 'none', color: '#123456', series: [] }] }),
      histogramChart('t', '#123456', histogramOf([5])),
      histogramChart('t', '#123456', []),
    ])
      assert.doesNotMatch(svg, /NaN|Infinity|undefined/)
  })
})
