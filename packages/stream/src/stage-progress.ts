import type { EventLog } from '@watchword/event-log'
import { type Clock, type Moment, momentOf, msSince, never } from './clock.ts'
import type { PartitionRunner } from './partition-runner.ts'
import type { StageMetrics } from './stage-metrics.ts'
import type { StreamErrorCode } from './stream-error.ts'

/** How far a partition is. */
export type PartitionProgress = Readonly<{
  /** Every input below is folded, its outputs acknowledged. */
  nextOffset: number
  /** End of the input when last looked at. */
  end: number
  /** Greatest time folded so far, epoch milliseconds. */
  time: number
  /** How long the partition neither moved nor was known to be at the end, milliseconds. */
  silentMs: number
  /** How old the last record folded is in the log's time when there are more, milliseconds; 0 at the end. */
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

/** Looks at the ends of the input from time to time; a log that does not answer lets `silentMs` grow. */
export function createStageProgress(deps: StageProgressDeps): StageProgress {
  const alive = new Map<PartitionRunner, { settled: number; at: Moment }>()
  let ends: readonly number[] = []
  let stopped = false
  let cancel: (() => void) | undefined
  let looking = Promise.resolve()

  function note(asOf: Moment): void {
    for (const [partition, runner] of deps.runners) {
      const end = ends[partition] ?? 0
      const before = alive.get(runner)
      const moved = before === undefined || runner.settled > before.settled
      if (moved || runner.settled >= end) alive.set(runner, { settled: runner.settled, at: asOf })
      deps.metrics.lag(partition, Math.max(0, end - runner.settled))
    }
    const current = new Set(deps.runners.values())
    for (const runner of alive.keys()) if (!current.has(runner)) alive.delete(runner)
  }

  async function look(): Promise<void> {
    const asOf = momentOf(deps.clock)
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
    const { settled, time, lastTimestamp, fault } = runner
    const end = Math.max(ends[partition] ?? 0, settled)
    return {
      nextOffset: settled,
      end,
      time,
      silentMs: msSince(deps.clock, alive.get(runner)?.at ?? never),
      behindMs: settled >= end ? 0 : lastTimestamp === undefined ? Number.POSITIVE_INFINITY : now - lastTimestamp,
      fault: fault?.code,
    }
  }

  looking = look()
  return {
    of(partition) {
      const runner = deps.runners.get(partition)
      return runner && progressOf(partition, runner, deps.clock.now())
    },
    read() {
      const now = deps.clock.now()
      return new Map(Array.from(deps.runners, ([partition, runner]) => [partition, progressOf(partition, runner, now)]))
    },
    async stop() {
      stopped = true
      cancel?.()
      await looking
    },
  }
}
