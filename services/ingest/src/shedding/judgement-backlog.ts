import type { Position } from '@watchword/event-log'

export type Spot = Pick<Position, 'partition' | 'offset'>

/** What is not judged, as far as this process has appended or heard. */
export interface JudgementBacklog {
  appended(positions: readonly Spot[]): void
  judged(source: Spot): void
  /**
   * How long an activity that comes now waits for its judgement behind these and so many `inside`, which are not appended yet; milliseconds, 0
   * while that is not known. Asked every few milliseconds while there is something to do: it looks how fast that becomes less.
   */
  waitMs(inside: number): number
}

type Partition = { newest: number; judged: number; judgedAt: number }

/** A judge is busy from such a part of the limit on; with so many to judge, as long as it is not known how fast it is. */
const busyFromShare = 1 / 4
const busyFromCount = 500
/** Where nothing is judged for so many times the limit nobody judges. */
const silentAfterLimits = 5
/** How long is counted before it is a rate, of one that has all done sooner, and from when on a gap between two looks says nothing of one. */
const rateOverMs = 250
const doneOverMs = 100
const gapMaxMs = 1_000

/**
 * Counts what waits, and how fast it is judged while there is always something to judge: the one by the other is how long who comes now will wait
 * (Little's law, as in RFC 8033, 4.3). The age of the oldest would say so only once it has waited. `elapsed` in milliseconds. A partition
 * where something waits and nobody judges is an outage: the log keeps what comes, and refusing it would help nobody.
 */
export function createJudgementBacklog(elapsed: () => number, judgementAgeMaxMs: number): JudgementBacklog {
  const aliveMs = silentAfterLimits * judgementAgeMaxMs
  const busyMs = busyFromShare * judgementAgeMaxMs
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

  /** Learns the rate from a time in which there was always something to judge. While nothing is judged it is not the rate that falls. */
  function learn(waiting: number): void {
    const now = elapsed()
    const isGap = now - lookedAt > gapMaxMs
    lookedAt = now
    const isBusy = waiting >= Math.min(busyFromCount, (perMs ?? Number.POSITIVE_INFINITY) * busyMs)
    if (countedSince === undefined || isGap) {
      if (isBusy) restart(now)
      else countedSince = undefined
      return
    }
    const countedMs = now - countedSince
    const seen = judgedCount / countedMs
    if (!isBusy) {
      // It has done all of it: so fast it is at least.
      if (countedMs >= doneOverMs) perMs = Math.max(perMs ?? 0, seen)
      countedSince = undefined
    } else if (countedMs >= rateOverMs) {
      if (seen > 0) perMs = perMs === undefined ? seen : (perMs + seen) / 2
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
      const now = elapsed()
      const known = partitions.get(partition)
      if (known === undefined) {
        partitions.set(partition, { newest: offset, judged: offset, judgedAt: now })
        return
      }
      // The first that is heard of may be of long before what this process has appended.
      if (known.judgedAt === Number.NEGATIVE_INFINITY) known.judged = Math.min(known.judged, offset)
      else judgedCount += Math.max(0, offset - known.judged)
      known.judged = Math.max(known.judged, offset)
      known.newest = Math.max(known.newest, offset)
      known.judgedAt = now
    },
    waitMs(inside) {
      const waiting = unjudged()
      learn(waiting)
      return perMs === undefined ? 0 : (waiting + inside) / perMs
    },
  }
}
