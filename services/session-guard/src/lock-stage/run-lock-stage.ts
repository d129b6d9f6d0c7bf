import { topicOf } from '@watchword/contracts'
import type { EventLog } from '@watchword/event-log'
import {
  type Clock,
  createGroupProgress,
  createStageRunner,
  groupOf,
  type PartitionProgress,
  type Stage,
  type StageMetrics,
  type StateStore,
  type StreamError,
} from '@watchword/stream'

export type RunLockStageDeps = Readonly<{
  log: EventLog
  /** Closed when the stage stops. */
  store: StateStore
  clock: Clock
  metrics: StageMetrics
  onFatal: (error: StreamError) => void
}>

/** The lock stage at work: in this replica for the partitions it holds, in others for the rest. */
export interface RunningLockStage {
  /** Of the inbox. */
  readonly partitions: number
  /** How far it is in a partition; undefined where another replica folds it. */
  progressOf(partition: number): PartitionProgress | undefined
  /** Milliseconds since it was last known to have answered everything in a partition, by what is committed or from when this replica folded it. */
  settledMs(partition: number): number
  stop(): Promise<void>
}

/** Runs the lock stage; resolves when its group is joined. */
export async function runLockStage<State, Input, Values extends object>(
  stage: Stage<State, Input, Values>,
  { log, store, clock, metrics, onFatal }: RunLockStageDeps,
): Promise<RunningLockStage> {
  const inbox = topicOf('mfa')
  const runner = await createStageRunner(stage, { progressEveryMs: 100 }, { log, store, clock, metrics, onFatal })
  const partitions = log.topics.get(inbox)?.partitions ?? 0
  /** By partition that this replica folds or did: as of when everything in it was answered, by `Clock.elapsed`. */
  const answeredAt = new Map<number, number>()
  const progressOf = (partition: number): PartitionProgress | undefined => {
    const progress = runner.progressOf(partition)
    if (progress === undefined) return undefined
    const at = clock.elapsed() - Math.max(progress.silentMs, progress.behindMs)
    if (at > (answeredAt.get(partition) ?? Number.NEGATIVE_INFINITY)) answeredAt.set(partition, at)
    return progress
  }
  // It looks at every partition, so that one that is handed over is known from a moment before.
  const isHeldElsewhere = (): boolean =>
    Array.from({ length: partitions }, (_, partition) => progressOf(partition)).includes(undefined)
  const elsewhere = createGroupProgress(
    { group: groupOf(stage.name), topic: inbox },
    { log, clock, isWanted: isHeldElsewhere },
  )
  return {
    partitions,
    progressOf,
    settledMs: (partition) =>
      Math.min(
        elsewhere.settledMs(partition),
        clock.elapsed() - (answeredAt.get(partition) ?? Number.NEGATIVE_INFINITY),
      ),
    async stop() {
      await runner.stop()
      await elsewhere.stop()
      await store.close()
    },
  }
}
