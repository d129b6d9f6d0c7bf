import type { Position } from '@watchword/event-log'

export type Spot = Pick<Position, 'partition' | 'offset'>

/** What of the activities that this process has appended is not judged. */
export type Backlog = Readonly<{ ageMs: number; unjudged: number }>

export interface JudgementAge {
  appended(position: Spot): void
  judged(source: Spot): void
  backlog(): Backlog
}

type Partition = {
  /** Some of those that are not judged, oldest first. */
  readonly marks: { readonly offset: number; readonly at: number }[]
  newest: number
  judged: number
  judgedAt: number
}

/** No more than one mark in so long. */
const markEveryMs = 25
/** A partition of which nothing is judged for longer has nobody who judges: that is an outage, the log keeps what comes, and refusing it would help nobody. */
const aliveMs = 2_000

/** Follows how old the oldest activity is that waits for its judgement; `elapsed` in milliseconds. */
export function createJudgementAge(elapsed: () => number): JudgementAge {
  const partitions = new Map<number, Partition>()

  return {
    appended({ partition, offset }) {
      const known = partitions.get(partition)
      const now = elapsed()
      if (known === undefined) {
        partitions.set(partition, {
          marks: [{ offset, at: now }],
          newest: offset,
          judged: offset - 1,
          judgedAt: Number.NEGATIVE_INFINITY,
        })
        return
      }
      known.newest = Math.max(known.newest, offset)
      const last = known.marks.at(-1)
      if (last === undefined || now - last.at >= markEveryMs) known.marks.push({ offset, at: now })
    },
    judged({ partition, offset }) {
      const known = partitions.get(partition)
      if (known === undefined) return
      known.judgedAt = elapsed()
      known.judged = Math.max(known.judged, offset)
      while (known.marks[0] !== undefined && known.marks[0].offset <= offset) known.marks.shift()
    },
    backlog() {
      const now = elapsed()
      let ages = 0
      let alive = 0
      let unjudged = 0
      for (const { marks, newest, judged, judgedAt } of partitions.values()) {
        if (now - judgedAt > aliveMs) continue
        alive += 1
        const [oldest] = marks
        if (oldest === undefined) continue
        ages += now - oldest.at
        unjudged += newest - judged
      }
      return { ageMs: alive === 0 ? 0 : ages / alive, unjudged }
    },
  }
}
