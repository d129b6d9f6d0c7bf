import { setTimeout as delay } from 'node:timers/promises'
import { quantile } from '../bench/measure/statistics.ts'
import { constant } from './rate.ts'
import type { Run } from './run.ts'
import { goodput, goodShare, type Sample, trafficClasses, within } from './samples.ts'
import { mixOf } from './scenario.ts'
import { depsOf } from './shapes.ts'
import { sumsOf } from './resources.ts'
import type { Holders } from './traffic/locks.ts'
import { watchedLoad } from './watched-load.ts'

/** What a rate must keep to be within the capacity: of each kind so many as they should be, telemetry in time, and nothing that piles up behind it. */
const capacityBound = { goodShareMin: 0.98, telemetryP99Ms: 2_000, behindSecondsMax: 2 } as const

const firstRate = 200
const growth = 1.5
const stepsMax = 20
/** How often the gap between what held and what did not is halved in the end. */
const halvings = 2
const drainWithinMs = 120_000

/** What the capacity is, in words. */
export const capacitySetting = `the capacity is the most that was taken in while ${capacityBound.goodShareMin * 100} % of each kind were as they should be, p99 of telemetry was at most ${capacityBound.telemetryP99Ms} ms, and every stage had caught up ${capacityBound.behindSecondsMax} s after the last request; each rate is ${growth} times the one before, and in the end ${halvings} are in between`

/** One rate that was tried. */
export type Step = Readonly<{ rate: number; goodput: number; p99Ms: number; tooMuch: string | undefined }>

/** Raises the rate until a bound is broken twice, and looks in between; answers what it tried, and the highest goodput of what held. */
export async function findCapacity(
  run: Run,
  holders: Holders,
  stepSeconds: number,
): Promise<Readonly<{ perSecond: number; steps: readonly Step[] }>> {
  const steps: Step[] = []

  async function holds(rate: number): Promise<boolean> {
    const step = await tryRate(run, holders, Math.round(rate), stepSeconds)
    run.print(
      `  ${step.rate} activities/s: ${step.goodput.toFixed(0)} taken in, p99 ${step.p99Ms.toFixed(0)} ms, ${step.tooMuch === undefined ? 'held' : `too much: ${step.tooMuch}`}`,
    )
    steps.push(step)
    return step.tooMuch === undefined
  }

  // A rate that did not hold is tried once more: others use the machine, too.
  const holdsOnce = async (rate: number): Promise<boolean> => (await holds(rate)) || (await holds(rate))

  let [least, most] = [0, firstRate]
  while (steps.length < stepsMax && (await holdsOnce(most))) [least, most] = [most, most * growth]
  for (let times = 0; least > 0 && times < halvings; times += 1) {
    const between = Math.sqrt(least * most)
    if (await holdsOnce(between)) least = between
    else most = between
  }
  const held = steps.filter(({ tooMuch }) => tooMuch === undefined).map((step) => step.goodput)
  if (held.length === 0) throw new Error(`not even ${firstRate} activities a second are within the bounds`)
  return { perSecond: Math.max(...held), steps }
}

async function tryRate(run: Run, holders: Holders, rate: number, seconds: number): Promise<Step> {
  // Counted from the last request, not the last answer: an answer that waits for its judgement comes only after what is behind was judged.
  const [{ samples }, behindSeconds] = await Promise.all([
    watchedLoad(run, mixOf(depsOf(run), holders, constant(rate, seconds))),
    delay(seconds * 1_000).then(() => untilCaughtUp(run)),
  ])
  const telemetry = within(samples, 'telemetry')
  const p99Ms = quantile(
    telemetry.map(({ ms }) => ms),
    0.99,
  )
  return { rate, goodput: goodput(samples, 0, seconds), p99Ms, tooMuch: whyTooMuch(samples, p99Ms, behindSeconds) }
}

function whyTooMuch(samples: readonly Sample[], p99Ms: number, behindSeconds: number): string | undefined {
  const { goodShareMin, telemetryP99Ms, behindSecondsMax } = capacityBound
  for (const kind of trafficClasses) {
    const share = goodShare(within(samples, kind))
    if (share < goodShareMin) return `${(share * 100).toFixed(1)} % of ${kind} as they should be`
  }
  if (p99Ms > telemetryP99Ms) return 'late'
  // A load of some seconds may wait in the log as a whole: what is taken in is done only once it is judged.
  return behindSeconds > behindSecondsMax ? `${behindSeconds.toFixed(1)} s behind` : undefined
}

/** Resolves with the seconds until no stage has anything left to read. */
export async function untilCaughtUp({ platform }: Pick<Run, 'platform'>): Promise<number> {
  const began = performance.now()
  for (;;) {
    const texts = await Promise.all(platform.metrics.map(async (url) => (await fetch(url)).text()))
    const waited = performance.now() - began
    if (sumsOf(texts).lagRecords === 0) return waited / 1_000
    if (waited > drainWithinMs) return Number.POSITIVE_INFINITY
    await delay(200)
  }
}
