import type { Position } from '@watchword/event-log'

export type Spot = Pick<Position, 'partition' | 'offset'>

/** What of the activities that this process has appended is not judged. */
export interface JudgementBacklog {
  appended(positions: readonly Spot[]): void
  judged(source: Spot): void
  /** How long an activity that comes now waits for its judgement behind these and so many `inside`, which are not appended yet; milliseconds. */
  waitMs(inside: number): number
}

type Partition = { newest: number; judged: number; judgedAt: number }

/** So few are done in a moment, and what keeps them waiting is not their number. */
export const few = 500
/** How long is counted before it is a rate, and from when on a gap between two looks says nothing of one. */
const rateOverMs = 250
const gapMaxMs = 1_000

/**
 * Counts what waits, and how fast it is judged while there is always something to judge: the one by the other is how long who comes now will wait
 * (Little's law, as in RFC 8033, 4.3). The age of the oldest would say so only once it has waited. `elapsed` in milliseconds. A partition
 * where something waits and nothing is judged for longer than `aliveMs` has nobody who judges: that is an outage, the log keeps what comes,
 * and refusing it would help nobody.
 */
export function createJudgementBacklog(elapsed: () => number, aliveMs: number): JudgementBacklog {
  const partitions = new Map<number, Partition>()
  let judgedCount = 0
  let countedSince: number | undefined
  let lookedAt = Number.NEGATIVE_INFINITY
  /** Undefined until it was seen. */
  let perMs: number | undefined

  function unjudged(): number {
    const now = elapsed()
    let count = 0
    for (const { newest, judged, judgedAt } of partitions.values())
      if (newest > judged && now - judgedAt <= aliveMs) count += newest - judged
    return count
  }

  function observe(waiting: number): void {
    const now = elapsed()
    const isGap = now - lookedAt > gapMaxMs
    lookedAt = now
    if (waiting < few) countedSince = undefined
    else if (countedSince === undefined || isGap) restart(now)
    else if (now - countedSince >= rateOverMs) {
      const seen = judgedCount / (now - countedSince)
      perMs = perMs === undefined ? seen : (perMs + seen) / 2
      restart(now)
    }
  }

  function restart(now: number): void {
    countedSince = now
    judgedCount = 0
  }

  return {
    appended(positions) {
      for (const { partition, offset } of positions) {
        const known = partitions.get(partition)
        if (known !== undefined) known.newest = Math.max(known.newest, offset)
        else partitions.set(partition, { newest: offset, judged: offset - 1, judgedAt: Number.NEGATIVE_INFINITY })
      }
    },
    judged({ partition, offset }) {
      const known = partitions.get(partition)
      if (known === undefined) return
      judgedCount += Math.max(0, offset - known.judged)
      known.judged = Math.max(known.judged, offset)
      known.judgedAt = elapsed()
    },
    waitMs(inside) {
      const waiting = unjudged() + inside
      observe(waiting)
      return waiting < few || perMs === undefined ? 0 : waiting / perMs
    },
  }
}
