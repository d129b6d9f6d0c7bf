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

/** No more than one mark in so long, and the fewer the older the first is: some hundred of them, however long nobody judges. */
const markEveryMs = 25
const markEveryShare = 1 / 64

/**
 * Follows how old the oldest activity is that waits for its judgement; `elapsed` in milliseconds. A partition where something waits and nothing is
 * judged for longer than `aliveMs` has nobody who judges: that is an outage, the log keeps what comes, and refusing it would help nobody.
 */
export function createJudgementAge(elapsed: () => number, aliveMs: number): JudgementAge {
  const partitions = new Map<number, Partition>()
  const isSilent = ({ judgedAt }: Partition): boolean => elapsed() - judgedAt > aliveMs

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
      const [first] = known.marks
      const last = known.marks.at(-1)
      const everyMs = first === undefined ? 0 : Math.max(markEveryMs, (now - first.at) * markEveryShare)
      if (last === undefined || now - last.at >= everyMs) known.marks.push({ offset, at: now })
    },
    judged({ partition, offset }) {
      const known = partitions.get(partition)
      if (known === undefined) return
      // Somebody judges again: from now on it can be late, not by what came while nobody did.
      if (isSilent(known) && known.marks.length > 0)
        known.marks.splice(0, Number.POSITIVE_INFINITY, { offset: known.newest, at: elapsed() })
      known.judgedAt = elapsed()
      known.judged = Math.max(known.judged, offset)
      while (known.marks[0] !== undefined && known.marks[0].offset <= offset) known.marks.shift()
    },
    backlog() {
      const now = elapsed()
      let ages = 0
      let alive = 0
      let unjudged = 0
      for (const partition of partitions.values()) {
        const [oldest] = partition.marks
        if (oldest !== undefined && isSilent(partition)) continue
        alive += 1
        if (oldest === undefined) continue
        ages += now - oldest.at
        unjudged += partition.newest - partition.judged
      }
      return { ageMs: alive === 0 ? 0 : ages / alive, unjudged }
    },
  }
}
