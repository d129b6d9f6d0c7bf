import { quantile } from '../bench/measure/statistics.ts'
import { type Sample, type TrafficClass, trafficClasses, within } from './samples.ts'

/** What became of the requests of one kind; latencies of those that were as they should be, in milliseconds. */
export type KindSummary = Readonly<{
  kind: TrafficClass
  requests: number
  good: number
  shed: number
  failed: number
  p50Ms: number | null
  p99Ms: number | null
  maxMs: number | null
}>

/** The requests by kind, in the order of `trafficClasses`; kinds of which there were none are left out. */
export function summarise(samples: readonly Sample[]): readonly KindSummary[] {
  return trafficClasses.flatMap((kind) => {
    const of = within(samples, kind)
    if (of.length === 0) return []
    const count = (outcome: Sample['outcome']): number => of.filter((sample) => sample.outcome === outcome).length
    const good = of.filter(({ outcome }) => outcome === 'good').map(({ ms }) => ms)
    const at = (share: number): number | null => (good.length === 0 ? null : quantile(good, share))
    const counts = { requests: of.length, good: good.length, shed: count('shed'), failed: count('failed') }
    return [{ kind, ...counts, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) }]
  })
}
