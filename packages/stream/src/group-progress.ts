import type { EventLog } from '@watchword/event-log'
import type { Clock } from './clock.ts'
import { createEndQuestions, type EndQuestion, type EndQuestions } from './end-questions.ts'

export type GroupProgressConfig = Readonly<{
  /** The group and the input topic of the stage. */
  group: string
  topic: string
  /** How often it is asked; 500 ms by default. */
  askEveryMs?: number
}>

export type GroupProgressDeps = Readonly<{
  log: Pick<EventLog, 'ends' | 'committed'>
  clock: Clock
  /** Whether the log has to be asked now; a process that knows better of every partition asks nothing. */
  isWanted: () => boolean
}>

/** How far a stage is, whoever runs it: what anybody can see of it from outside. */
export interface GroupProgress {
  /**
   * Milliseconds since the stage was last known to have said everything that a partition led to: since the question for its end was
   * SENT that the commits, which follow what is said, have since reached. Infinity before.
   */
  settledMs(partition: number): number
  stop(): Promise<void>
}

type Seen = Readonly<{ questions: EndQuestions; settledAt: number }>

/** Asks for the ends, then for what is committed; a log that does not answer lets `settledMs` grow. */
export function createGroupProgress(config: GroupProgressConfig, deps: GroupProgressDeps): GroupProgress {
  const { log, clock } = deps
  const seen = new Map<number, Seen>()
  let stopped = false
  let cancel: (() => void) | undefined
  let asking = ask()

  async function ask(): Promise<void> {
    if (deps.isWanted()) {
      try {
        const sentAt = clock.elapsed()
        const ends = await log.ends(config.topic)
        // Asked after the ends: what it reaches was all there was when they were asked for.
        const committed = await log.committed(config.group, config.topic)
        ends.forEach((end, partition) => note(partition, { sentAt, end }, committed[partition] ?? 0))
      } catch {
        // What is not answered leaves the age growing, which is what those who ask for it must see.
      }
    }
    if (stopped) return
    cancel = clock.after(config.askEveryMs ?? 500, () => {
      asking = ask()
    })
  }

  function note(partition: number, question: EndQuestion, committed: number): void {
    const questions = seen.get(partition)?.questions ?? createEndQuestions()
    questions.add(question)
    seen.set(partition, { questions, settledAt: questions.reachedBy(committed) })
  }

  return {
    settledMs(partition) {
      const settledAt = seen.get(partition)?.settledAt ?? Number.NEGATIVE_INFINITY
      return Math.max(0, clock.elapsed() - settledAt)
    },
    async stop() {
      stopped = true
      cancel?.()
      await asking
    },
  }
}
