import { quantile } from '../../bench/measure/statistics.ts'
import type { Sample, TrafficClass } from '../samples.ts'

/** A value in each bucket of time; null where there is none. */
export type Series = readonly Readonly<{ second: number; value: number | null }>[]

/** About so many points are drawn. */
const bucketsMax = 120

/** Splits the time of a load in whole seconds or more, and makes a value of what was due in each. */
export function overTime(
  samples: readonly Sample[],
  valueOf: (samples: readonly Sample[], seconds: number) => number | null,
): Series {
  const end = Math.floor(samples.reduce((latest, { second }) => Math.max(latest, second), 0)) + 1
  const width = Math.max(1, Math.ceil(end / bucketsMax))
  const buckets = Array.from({ length: Math.ceil(end / width) }, (): Sample[] => [])
  for (const sample of samples) buckets[Math.min(buckets.length - 1, Math.floor(sample.second / width))]?.push(sample)
  return buckets.map((of, index) => ({ second: (index + 0.5) * width, value: valueOf(of, width) }))
}

export function activitiesPerSecond(outcome: Sample['outcome']): Parameters<typeof overTime>[1] {
  return (of, seconds) =>
    of.filter((sample) => sample.outcome === outcome).reduce((sum, { activities }) => sum + activities, 0) / seconds
}

export function latency(kind: TrafficClass, share: number): Parameters<typeof overTime>[1] {
  return (of) => {
    const ms = of.filter((sample) => sample.kind === kind && sample.outcome === 'good').map((sample) => sample.ms)
    return ms.length === 0 ? null : quantile(ms, share)
  }
}

/** How many latencies lie between the powers of ⁴√2 around them, from the least to the greatest. */
export type Histogram = readonly Readonly<{ fromMs: number; toMs: number; count: number }>[]

const perOctave = 4

export function histogramOf(latenciesMs: readonly number[]): Histogram {
  const bins = latenciesMs.map((ms) => Math.floor(perOctave * Math.log2(Math.max(ms, 0.1))))
  if (bins.length === 0) return []
  const [first, last] = [bins.reduce((a, b) => Math.min(a, b)), bins.reduce((a, b) => Math.max(a, b))]
  const counts = Array<number>(last - first + 1).fill(0)
  for (const bin of bins) counts[bin - first] = (counts[bin - first] ?? 0) + 1
  const edge = (bin: number): number => 2 ** (bin / perOctave)
  return counts.map((count, index) => ({ fromMs: edge(first + index), toMs: edge(first + index + 1), count }))
}
