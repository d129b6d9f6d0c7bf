import { createJudgementBacklog } from '../judgement-backlog.ts'
import { createShedding } from '../shedding.ts'

export type Simulation = Readonly<{
  /** What is judged a second, and how long after it was appended at the soonest. */
  judgedPerSecond: number
  latencyMs?: number
  /** Activities that come in a second, all of them telemetry, by the millisecond; and of a request. */
  offered: (ms: number) => number
  batch?: number
  /** When nothing is judged. */
  isAway?: (ms: number) => boolean
  seconds: number
}>

/** What became of a stretch of time. */
export type Seen = Readonly<{
  refused: number
  /** The share of what the judge could do that it had nothing for. */
  idle: number
  longestWaitMs: number
  leastShare: number
  mostShare: number
}>

export const limits = { judgementAgeMaxMs: 2_000, requestAgeMaxMs: 2_000, activitiesInFlightMax: 50_000 } as const

const tickMs = 5
/** How long a request is inside before it is appended. */
const insideMs = 10

/** Plays a platform of one partition on a clock of its own; answers what was seen in each second. */
export function simulate(simulation: Simulation): readonly Seen[] {
  const { judgedPerSecond, latencyMs = 20, offered, batch = 50, isAway = () => false, seconds } = simulation
  let now = 0
  const backlog = createJudgementBacklog(() => now, limits.judgementAgeMaxMs)
  const shedding = createShedding(limits, {
    elapsed: () => now,
    backlog,
    onShed: () => undefined,
    onShedUnread: () => undefined,
  })
  const inside: { until: number; leave: () => void }[] = []
  /** How far the log reached at the end of each tick. */
  const ends: number[] = []
  let [due, appended, judged] = [0, 1, 1]
  backlog.appended([{ partition: 0, offset: 0 }])
  backlog.judged({ partition: 0, offset: 0 })

  /** Answers how many were refused. */
  function come(): number {
    let refused = 0
    for (due += (offered(now) * tickMs) / 1_000; due >= batch; due -= batch) {
      try {
        inside.push({ until: now + insideMs, leave: shedding.admit(batch, () => 'telemetry') })
      } catch {
        refused += batch
      }
    }
    return refused
  }

  function append(): void {
    for (let first = inside[0]; first !== undefined && first.until <= now; first = inside[0]) {
      first.leave()
      inside.shift()
      appended += batch
      backlog.appended([{ partition: 0, offset: appended - 1 }])
    }
    ends.push(appended)
  }

  /** Answers the share of what could be done that there was nothing for. */
  function judge(): number {
    if (isAway(now)) return 0
    const able = (judgedPerSecond * tickMs) / 1_000
    const reached = ends[ends.length - 1 - Math.ceil(latencyMs / tickMs)] ?? 1
    const done = Math.max(0, Math.min(able, reached - judged))
    judged += done
    if (Math.floor(judged) > 1) backlog.judged({ partition: 0, offset: Math.floor(judged) - 1 })
    return 1 - done / able
  }

  const perSecond: Seen[] = []
  while (perSecond.length < seconds) {
    const ticks: Seen[] = []
    for (; ticks.length < 1_000 / tickMs; now += tickMs) {
      const refused = come()
      append()
      const idle = judge()
      const { share } = shedding.current()
      const waitMs = ((appended - judged) / judgedPerSecond) * 1_000
      ticks.push({ refused, idle, longestWaitMs: waitMs, leastShare: share, mostShare: share })
    }
    perSecond.push(sumOf(ticks))
  }
  return perSecond
}

/** Of several stretches together. */
export function sumOf(parts: readonly Seen[]): Seen {
  const sum = (of: (part: Seen) => number): number => parts.reduce((total, part) => total + of(part), 0)
  return {
    refused: sum((part) => part.refused),
    idle: sum((part) => part.idle) / parts.length,
    longestWaitMs: Math.max(...parts.map((part) => part.longestWaitMs)),
    leastShare: Math.min(...parts.map((part) => part.leastShare)),
    mostShare: Math.max(...parts.map((part) => part.mostShare)),
  }
}
