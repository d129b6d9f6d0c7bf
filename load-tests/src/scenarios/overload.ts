import { capacitySetting, findCapacity, untilCaughtUp } from './capacity.ts'
import { constant } from './rate.ts'
import type { Resources } from './resources.ts'
import type { Outcome, Run, Scenario } from './run.ts'
import { goodput, within } from './samples.ts'
import { holdersFor, judgeThresholds, mixOf } from './scenario.ts'
import { depsOf, mixSetting } from './shapes.ts'
import { watchedLoad } from './watched-load.ts'

const times = 5
const goodputShareMin = 0.9
const secondsDefault = 60
const caughtUpWithinSeconds = 60
/** What the platform may hold more of in the second half of the overload than it ever did in the first. */
const memoryGrowthMax = 1.15
/** It answers late when it has most to do, and what it holds then must have been seen. */
const lookedAtMin = 0.25

/** Which share of each kind must be as it should be while five times as much comes as can be done. */
const limits = {
  sensitive: { goodShareMin: 0.99 },
  status: { goodShareMin: 0.99 },
  check: { goodShareMin: 0.99 },
  lock: { goodShareMin: 1 },
  verify: { goodShareMin: 1 },
}

/** Finds what the platform can do, and sends five times as much. */
export const overload: Scenario = {
  question: `${times} times as much telemetry as can be done: what is done, what is refused, and how the rest fares`,
  async run(run) {
    const { verdicts, print, options } = run
    const seconds = options.seconds === 0 ? secondsDefault : options.seconds
    const holders = await run.holders(holdersFor(Number.POSITIVE_INFINITY))
    print('capacity')
    const capacity = await findCapacity(run, holders, Math.max(4, seconds / 6))
    const rate = times * capacity.perSecond
    print(`overload: ${rate.toFixed(0)} activities/s for ${seconds} s`)
    const seen = await watchedLoad(run, mixOf(depsOf(run), holders, constant(rate, seconds)))
    const taken = goodput(seen.samples, 0, seconds)
    const caughtUp = await untilCaughtUp(run)
    verdicts.expect(
      `activities taken in: at least ${goodputShareMin} of the capacity`,
      taken >= goodputShareMin * capacity.perSecond,
      () => `${taken.toFixed(0)} of ${capacity.perSecond.toFixed(0)} a second`,
    )
    judgeThresholds(seen.samples, limits, verdicts)
    const failed = within(seen.samples, 'telemetry').filter(({ outcome }) => outcome === 'failed').length
    verdicts.expect('telemetry is taken or told to come later', failed === 0, () => `${failed} requests were neither`)
    verdicts.expect(
      `every stage has caught up ${caughtUpWithinSeconds} s after the load`,
      caughtUp <= caughtUpWithinSeconds,
      () => `${caughtUp} s`,
    )
    judgeMemory(seen.resources, seconds, run)
    return outcomeOf({ ...seen, capacity: capacity.perSecond, taken, rate, caughtUp })
  },
}

type Seen = Pick<Outcome, 'samples' | 'resources'> &
  Readonly<{ capacity: number; taken: number; rate: number; caughtUp: number }>

function outcomeOf({ samples, resources, capacity, taken, rate, caughtUp }: Seen): Outcome {
  const shed = within(samples, 'telemetry').filter(({ outcome }) => outcome === 'shed')
  return {
    samples,
    resources,
    figures: [
      { label: 'capacity', value: capacity, unit: 'activities/s' },
      { label: 'offered in the overload', value: rate, unit: 'activities/s' },
      { label: 'activities taken in', value: taken, unit: 'activities/s' },
      { label: 'activities taken in, of the capacity', value: taken / capacity, unit: 'times' },
      { label: 'telemetry refused', value: shed.length / within(samples, 'telemetry').length, unit: 'of the requests' },
      { label: 'until every stage has caught up', value: caughtUp, unit: 's' },
      ...held.map(([label, of]) => ({ label: `${label}, most`, value: mostMebibytes(resources, of), unit: 'MiB' })),
    ],
    setting: [capacitySetting, ...mixSetting()],
  }
}

const held: readonly (readonly [string, (one: Resources) => number])[] = [
  ['resident memory', ({ rssBytes }) => rssBytes],
  ['heap', ({ heapBytes }) => heapBytes],
]

/** Nothing grows for as long as the overload lasts: a queue without a bound would. */
function judgeMemory(resources: readonly Resources[], seconds: number, { verdicts }: Run): void {
  verdicts.expect(
    `memory was looked at in at least ${lookedAtMin} of the seconds`,
    resources.length >= lookedAtMin * seconds,
    () => `${resources.length} times in ${seconds} s`,
  )
  const half = Math.floor(resources.length / 2)
  if (half === 0) return
  for (const [label, of] of held) {
    const first = mostMebibytes(resources.slice(0, half), of)
    const second = mostMebibytes(resources.slice(half), of)
    verdicts.expect(
      `${label}: at most ${memoryGrowthMax} times in the second half of the overload`,
      second <= first * memoryGrowthMax,
      () => `${first} MiB, then ${second} MiB`,
    )
  }
}

function mostMebibytes(resources: readonly Resources[], of: (one: Resources) => number): number {
  return Math.round(Math.max(...resources.map(of)) / 1_048_576)
}
