import type { EventLog } from '@watchword/event-log'
import { type Clock, type Moment, momentOf, msSince, never } from './clock.ts'

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

type Question = Readonly<{ sentAt: Moment; end: number }>

type Seen = { open: readonly Question[]; settledAt: Moment }

/** Further back nobody asks: commits come every second or so. */
const questionsMax = 64

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
        const sentAt = momentOf(clock)
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

  function note(partition: number, question: Question, committed: number): void {
    const { open = [], settledAt = never } = seen.get(partition) ?? {}
    // Of two questions with one answer the later says more.
    const all = [...open.filter(({ end }) => end < question.end), question]
    const reached = all.findLast(({ end }) => end <= committed)
    seen.set(partition, {
      open: all.filter(({ end }) => end > committed).slice(-questionsMax),
      // Questions come in their order, so what is reached now was asked last.
      settledAt: reached?.sentAt ?? settledAt,
    })
  }

  return {
    settledMs: (partition) => msSince(clock, seen.get(partition)?.settledAt ?? never),
    async stop() {
      stopped = true
      cancel?.()
      await asking
    },
  }
}
