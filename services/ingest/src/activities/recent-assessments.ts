import type { AssessmentRecord } from '@watchword/contracts'

/** What was judged since the oldest of those asked who do not know yet which judgements they want. */
export interface RecentAssessments {
  /** From now on everything is kept, until the answer is called. */
  open(): () => void
  /** Whether there is anybody for whom to keep anything. */
  isWanted(): boolean
  add(activity: string, assessment: AssessmentRecord): void
  /** Those of these activities that are kept. */
  of(activities: ReadonlySet<string>): Map<string, AssessmentRecord>
}

export function createRecentAssessments(): RecentAssessments {
  const kept = new Map<string, Readonly<{ number: number; assessment: AssessmentRecord }>>()
  /** The oldest first, as a set keeps them. */
  const opened = new Set<Readonly<{ since: number }>>()
  let number = 0

  function forget(): void {
    const [oldest] = opened
    const since = oldest?.since ?? number
    for (const [activity, entry] of kept) {
      if (entry.number >= since) return
      kept.delete(activity)
    }
  }

  return {
    open() {
      const one = { since: number }
      opened.add(one)
      return () => {
        if (opened.delete(one)) forget()
      }
    },
    isWanted: () => opened.size > 0,
    add(activity, assessment) {
      if (opened.size === 0) return
      kept.delete(activity)
      kept.set(activity, { number, assessment })
      number += 1
    },
    of(activities) {
      const found = [...activities].map((activity) => [activity, kept.get(activity)?.assessment] as const)
      return new Map(
        found.flatMap(([activity, assessment]) => (assessment === undefined ? [] : [[activity, assessment]])),
      )
    },
  }
}
