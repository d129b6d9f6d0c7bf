import type { EventLog } from '@watchword/event-log'
import type { Clock } from './clock.ts'
import { createEndQuestions, type EndQuestions } from './end-questions.ts'
import type { PartitionRunner } from './partition-runner.ts'
import type { StageMetrics } from './stage-metrics.ts'
import type { StreamErrorCode } from './stream-error.ts'

/** How far a partition is. */
export type PartitionProgress = Readonly<{
  /** Every input below is durable and folded, its outputs acknowledged. */
  nextOffset: number
  /** End of the input when last looked at. */
  end: number
  /** Greatest time folded so far, epoch milliseconds. */
  time: number
  /** How long the partition neither moved nor was known to be at the end, milliseconds. */
  silentMs: number
  /** How long ago everything was folded that there was then, when there is more now, milliseconds; 0 at the end. By the clock of this process alone. */
  behindMs: number
  /** Why the partition stands still, if it does. */
  fault: StreamErrorCode | undefined
}>

export type StageProgressDeps = Readonly<{
  log: EventLog
  topic: string
  clock: Clock
  metrics: StageMetrics
  everyMs: number
  runners: ReadonlyMap<number, PartitionRunner>
}>

export interface StageProgress {
  /** One partition, undefined when it is not ours: for whoever asks often. */
  of(partition: number): PartitionProgress | undefined
  read(): ReadonlyMap<number, PartitionProgress>
  stop(): Promise<void>
}

type Alive = Readonly<{ settled: number; at: number; questions: EndQuestions }>

/** Looks at the ends of the input from time to time; a log that does not answer lets `silentMs` grow. */
export function createStageProgress(deps: StageProgressDeps): StageProgress {
  const alive = new Map<PartitionRunner, Alive>()
  let ends: readonly number[] = []
  let stopped = false
  let cancel: (() => void) | undefined
  let looking = Promise.resolve()

  function note(asOf: number): void {
    for (const [partition, runner] of deps.runners) {
      const end = ends[partition] ?? 0
      const before = alive.get(runner)
      const questions = before?.questions ?? createEndQuestions()
      questions.add({ sentAt: asOf, end })
      const moved = before === undefined || runner.settled > before.settled
      if (moved || runner.settled >= end) alive.set(runner, { settled: runner.settled, at: asOf, questions })
      deps.metrics.lag(partition, Math.max(0, end - runner.settled))
    }
    const current = new Set(deps.runners.values())
    for (const runner of alive.keys()) if (!current.has(runner)) alive.delete(runner)
  }

  async function look(): Promise<void> {
    const asOf = deps.clock.elapsed()
    const answer = await deps.log.ends(deps.topic).catch(() => null)
    if (answer !== null) {
      ends = answer
      note(asOf)
    }
    if (!stopped) schedule()
  }

  function schedule(): void {
    cancel = deps.clock.after(deps.everyMs, () => {
      looking = look()
    })
  }

  function progressOf(partition: number, runner: PartitionRunner, now: number): PartitionProgress {
    const { settled, time, fault } = runner
    const end = Math.max(ends[partition] ?? 0, settled)
    const { at: aliveAt, questions } = alive.get(runner) ?? {}
    const reachedAt = questions?.reachedBy(settled) ?? Number.NEGATIVE_INFINITY
    return {
      nextOffset: settled,
      end,
      time,
      silentMs: aliveAt === undefined ? Number.POSITIVE_INFINITY : Math.max(0, now - aliveAt),
      behindMs: settled >= end ? 0 : now - reachedAt,
      fault: fault?.code,
    }
  }

  looking = look()
  return {
    of(partition) {
      const runner = deps.runners.get(partition)
      return runner && progressOf(partition, runner, deps.clock.elapsed())
    },
    read() {
      const now = deps.clock.elapsed()
      return new Map(Array.from(deps.runners, ([partition, runner]) => [partition, progressOf(partition, runner, now)]))
    },
    async stop() {
      stopped = true
      cancel?.()
      await looking
    },
  }
}
