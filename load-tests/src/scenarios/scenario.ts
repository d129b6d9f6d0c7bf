import type { Verdicts } from '../campaign/verdicts.ts'
import type { Stream } from './open-load.ts'
import { constant, type Rate, secondsOf } from './rate.ts'
import { goodShare, type Sample, type TrafficClass, trafficClasses, within } from './samples.ts'
import { batchSize, sensitive, telemetry } from './traffic/activities.ts'
import { type Holders, lockAndVerify } from './traffic/locks.ts'
import { check, status } from './traffic/questions.ts'
import type { TrafficDeps } from './traffic/traffic.ts'
import { quantile } from '../bench/measure/statistics.ts'

/** Requests a second of everything but telemetry, whatever there is of that. */
export const others = { sensitive: 10, status: 50, check: 50, lockAndVerify: 1 } as const

/** The usual mix: telemetry at this rate of activities, and others as ever. */
export function mixOf(deps: TrafficDeps, holders: Holders, activities: Rate): readonly Stream[] {
  const seconds = secondsOf(activities)
  const batches = activities.map(({ seconds: of, from, to }) => ({
    seconds: of,
    from: from / batchSize,
    to: to / batchSize,
  }))
  return [
    { rate: batches, arrive: telemetry(deps) },
    { rate: constant(others.sensitive, seconds), arrive: sensitive(deps) },
    { rate: constant(others.status, seconds), arrive: status(deps) },
    { rate: constant(others.check, seconds), arrive: check(deps) },
    { rate: constant(others.lockAndVerify, seconds), arrive: lockAndVerify(deps, holders) },
  ]
}

/** How many holders so many seconds take: nobody has to answer twice within a minute and a half, and so with a code that is used up. */
export function holdersFor(seconds: number): number {
  return Math.ceil(Math.min(seconds, 90) * others.lockAndVerify) + 1
}

/** What a scenario promises of a kind of request. */
export type Threshold = Readonly<{ goodShareMin: number; p99MaxMs?: number }>

/** Of a platform that is not asked for more than it can do. A lock is acknowledged after a second. */
export const thresholds = {
  telemetry: { goodShareMin: 1, p99MaxMs: 500 },
  sensitive: { goodShareMin: 1, p99MaxMs: 1_000 },
  status: { goodShareMin: 1, p99MaxMs: 250 },
  check: { goodShareMin: 1, p99MaxMs: 250 },
  lock: { goodShareMin: 1, p99MaxMs: 2_000 },
  verify: { goodShareMin: 1, p99MaxMs: 1_000 },
} as const

/** Holds every kind of request that is named to its threshold; one that never came keeps none. */
export function judgeThresholds(
  samples: readonly Sample[],
  limits: Readonly<Partial<Record<TrafficClass, Threshold>>>,
  verdicts: Verdicts,
): void {
  for (const kind of trafficClasses) {
    const limit = limits[kind]
    const of = within(samples, kind)
    if (limit === undefined) continue
    const share = goodShare(of)
    verdicts.expect(
      `${kind}: at least ${limit.goodShareMin * 100} % as they should be`,
      of.length > 0 && share >= limit.goodShareMin,
      () => `${(share * 100).toFixed(2)} % of ${of.length}`,
    )
    const { p99MaxMs } = limit
    if (p99MaxMs === undefined || of.length === 0) continue
    const p99 = quantile(
      of.map(({ ms }) => ms),
      0.99,
    )
    verdicts.expect(`${kind}: p99 at most ${p99MaxMs} ms`, p99 <= p99MaxMs, () => `${p99.toFixed(0)} ms`)
  }
}
