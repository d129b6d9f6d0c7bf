import { constant, type Rate, secondsOf } from './rate.ts'
import type { Figure, Outcome, Run, Scenario } from './run.ts'
import { goodput, type Sample, within } from './samples.ts'
import { holdersFor, judgeThresholds, mixOf, others, type Threshold, thresholds } from './scenario.ts'
import { batchSize } from './traffic/activities.ts'
import { openPages } from './traffic/pages.ts'
import { anybody, type Crowd, peopleCount } from './traffic/people.ts'
import type { TrafficDeps } from './traffic/traffic.ts'
import { watchedLoad } from './watched-load.ts'
import type { TrafficClass } from './samples.ts'

const rateDefault = 500
const secondsDefault = 30

/** The same all the time. */
export const steady: Scenario = {
  question: 'the usual mix at a steady rate',
  run: (run) => mixed(run, constant(rateOf(run), durationOf(run))),
}

/** Four times as much for a sixth of the time. */
export const burst: Scenario = {
  question: 'four times the telemetry for a while, and what follows',
  async run(run) {
    const [rate, seconds] = [rateOf(run), durationOf(run)]
    const shape = [...constant(rate, seconds / 3), ...constant(rate * 4, seconds / 6), ...constant(rate, seconds / 2)]
    // What comes in the burst may have to come later, and be late; afterwards all is as before.
    const settled = seconds * 0.75
    const outcome = await mixed(run, shape, { limits: burstLimits })
    judgeThresholds(within(outcome.samples, 'telemetry', settled), { telemetry: thresholds.telemetry }, run.verdicts)
    return outcome
  },
}

/** One person does most of what is done. */
export const hotKey: Scenario = {
  question: 'the usual mix, of which one person does four fifths',
  run: (run) => mixed(run, constant(rateOf(run), durationOf(run)), { crowd: { hotShare: 0.8 } }),
}

/** Every page loses its connection at the same moment, and all come back within a second. */
export const reconnectStorm: Scenario = {
  question: 'every page comes back with a new ticket at the same moment, beside the usual mix',
  async run(run) {
    const { options } = run
    const sockets = Math.min(options.sockets, peopleCount)
    const deps = depsOf(run)
    run.print(`opening ${sockets} pages`)
    const pages = await openPages(deps, run.platform.url, sockets)
    try {
      const storm = [...constant(0, durationOf(run) / 3), ...constant(sockets, 1)]
      return await mixed(run, constant(rateOf(run), durationOf(run)), {
        extra: { rate: storm, arrive: pages.reconnect },
        limits: stormLimits,
        setting: [`${sockets} pages, each with one connection; all break at once`],
      })
    } finally {
      pages.close()
    }
  },
}

const late = { goodShareMin: 1, p99MaxMs: 5_000 }
const burstLimits = { sensitive: late, status: late, check: late, lock: late, verify: late }
const stormLimits = { ...burstLimits, telemetry: { goodShareMin: 0, p99MaxMs: 5_000 }, reconnect: late }

type Shape = Readonly<{
  crowd?: Crowd
  limits?: Readonly<Partial<Record<TrafficClass, Threshold>>>
  extra?: Parameters<typeof watchedLoad>[1][number]
  setting?: readonly string[]
}>

async function mixed(run: Run, telemetry: Rate, shape: Shape = {}): Promise<Outcome> {
  const { crowd = {}, limits = thresholds, extra, setting = [] } = shape
  const seconds = secondsOf(telemetry)
  const holders = await run.holders(holdersFor(seconds))
  const streams = mixOf(depsOf(run, crowd), holders, telemetry)
  const seen = await watchedLoad(run, extra === undefined ? streams : [...streams, extra])
  judgeThresholds(seen.samples, limits, run.verdicts)
  return {
    ...seen,
    figures: [goodputFigure(seen.samples, seconds)],
    setting: [...setting, ...mixSetting(crowd)],
  }
}

export function depsOf({ api, platform, random }: Run, crowd: Crowd = {}): TrafficDeps {
  return { api, key: platform.key, who: anybody(random.fork(), crowd), prefix: `n${random.between(0, 1e9)}` }
}

export function goodputFigure(samples: readonly Sample[], seconds: number): Figure {
  return { label: 'activities taken in', value: goodput(samples, 0, seconds), unit: 'activities/s' }
}

/** What the mix is, in words. */
export function mixSetting({ hotShare = 0, people = peopleCount }: Crowd = {}): readonly string[] {
  return [
    `telemetry in batches of ${batchSize}; beside it, a second: ${others.sensitive} sensitive activities that wait for their judgement, ${others.status} statuses, ${others.check} checks, ${others.lockAndVerify} lock by an operator that is answered with a TOTP code`,
    `${people} people, each with a device and a place of their own, known before${hotShare > 0 ? `; one of them does ${hotShare * 100} %` : ''}`,
    'an open load: nothing is asked later because an answer is late, and each request is timed from when it was due',
  ]
}

function rateOf({ options }: Run): number {
  return options.rate === 0 ? rateDefault : options.rate
}

function durationOf({ options }: Run): number {
  return options.seconds === 0 ? secondsDefault : options.seconds
}
