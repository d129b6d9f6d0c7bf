import { findCapacity } from './capacity.ts'
import { constant } from './rate.ts'
import type { Resources } from './resources.ts'
import type { Figure, Run, Scenario } from './run.ts'
import { holdersFor, judgeThresholds, mixOf } from './scenario.ts'
import { depsOf, goodputFigure, mixSetting } from './shapes.ts'
import { type Point, theilSenSlope } from './theil-sen.ts'
import { peopleCount } from './traffic/people.ts'
import type { Holders } from './traffic/locks.ts'
import { watchedLoad } from './watched-load.ts'

const shareOfCapacity = 0.6
const minutesDefault = 20
/** Ids of activities that the scorer remembers of each user, at most (`docs/concepts/events.md`). */
const idsOfUserMax = 4_096
/** So few people do all of it that this memory is full by then: before the second half, in which a trend is looked for. */
const fullAfterShare = 0.4
const capacityStepSeconds = 8
/** Garbage hides what is kept, so of this many seconds the least counts: long enough for one full collection. */
const samplesOfTrough = 50
/** Ten points in the second half. */
const samplesMin = 2 * 10 * samplesOfTrough

/** By how much something may grow in the second half, of what there is on average. */
const growthMax = { 'resident memory': 0.05, heap: 0.1, 'open descriptors': 0.05, 'active resources': 0.05 } as const

type Kept = keyof typeof growthMax

const valueOf: Readonly<Record<Kept, (one: Resources) => number>> = {
  'resident memory': ({ rssBytes }) => rssBytes,
  heap: ({ heapBytes }) => heapBytes,
  'open descriptors': ({ descriptors, loadSockets }) => descriptors - loadSockets,
  'active resources': ({ resources, loadSockets }) => resources - loadSockets,
}

/** What the load may need in every second of it. */
const served = { goodShareMin: 0.999, p99MaxMs: 5_000 }
const always = { telemetry: { ...served, goodShareMin: 0.99 }, sensitive: served, status: served, check: served }
const soakLimits = { ...always, lock: { ...served, goodShareMin: 1 }, verify: { ...served, goodShareMin: 1 } }

/** Well below what the platform can do, for long. */
export const soak: Scenario = {
  question: `${shareOfCapacity} of the capacity for long, and whether anything is kept that should not be`,
  async run(run) {
    const { options, verdicts, print } = run
    const seconds = 60 * (options.minutes === 0 ? minutesDefault : options.minutes)
    const holders = await run.holders(holdersFor(Number.POSITIVE_INFINITY))
    const rate = options.rate === 0 ? await rateBelowCapacity(run, holders) : options.rate
    print(`soak: ${rate.toFixed(0)} activities/s for ${seconds} s`)
    const people = Math.min(peopleCount, Math.max(2, Math.floor((fullAfterShare * seconds * rate) / idsOfUserMax)))
    const seen = await watchedLoad(run, mixOf(depsOf(run, { people }), holders, constant(rate, seconds)))
    judgeThresholds(seen.samples, soakLimits, verdicts)
    verdicts.expect(
      `there are at least ${samplesMin} samples to see a trend in`,
      seen.resources.length >= samplesMin,
      () => `${seen.resources.length}`,
    )
    const trends = trendsOf(seen.resources)
    for (const { what, growth } of trends)
      verdicts.expect(
        `${what}: grows by at most ${growthMax[what] * 100} % in the second half`,
        growth <= growthMax[what],
        () => `${(growth * 100).toFixed(1)} %`,
      )
    return {
      ...seen,
      figures: [
        goodputFigure(seen.samples, seconds),
        ...trends.map(
          ({ what, growth }): Figure => ({
            label: `${what}, growth in the second half`,
            value: growth,
            unit: 'of the mean',
          }),
        ),
      ],
      setting: [
        `growth is the slope by Theil and Sen over the second half, times its length, of the least of each ${samplesOfTrough} samples, one a second`,
        'of descriptors and resources those count that are no connection of the load, which opens more when the platform is slow for a moment',
        `ids of activities are remembered by count: by ingest as many as \`ingest.duplicates.capacity\` says, here 20 000 and 500 000 as it comes, by the scorer ${idsOfUserMax} of each user. Both are full before the second half`,
        ...mixSetting({ people }),
      ],
    }
  },
}

async function rateBelowCapacity(run: Run, holders: Holders): Promise<number> {
  run.print('capacity')
  const { perSecond } = await findCapacity(run, holders, capacityStepSeconds)
  return shareOfCapacity * perSecond
}

/** How much of each there is more at the end of the second half than at its beginning, as a share of its mean; 0 of what there is nothing of. */
export function trendsOf(resources: readonly Resources[]): readonly Readonly<{ what: Kept; growth: number }>[] {
  const half = resources.slice(Math.floor(resources.length / 2))
  return (Object.keys(valueOf) as Kept[]).map((what) => {
    const points = troughs(half.map((one): Point => [one.second, valueOf[what](one)]))
    const [first, last] = [points[0], points.at(-1)]
    const mean = points.reduce((sum, [, value]) => sum + value, 0) / points.length
    if (first === undefined || last === undefined || mean === 0) return { what, growth: 0 }
    return { what, growth: (theilSenSlope(points) * (last[0] - first[0])) / mean }
  })
}

function troughs(points: readonly Point[]): readonly Point[] {
  return Array.from({ length: Math.floor(points.length / samplesOfTrough) }, (_, index) =>
    points
      .slice(index * samplesOfTrough, (index + 1) * samplesOfTrough)
      .reduce((least, point) => (point[1] < least[1] ? point : least)),
  )
}
