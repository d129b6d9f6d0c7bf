import { type EventLog, LogError, toError } from '@watchword/event-log'
import type { Clock } from './clock.ts'
import { deadLetterTopic } from './dead-letter.ts'
import { createFoldPacer } from './fold-pacer.ts'
import type { OutputPlace } from './output-record.ts'
import { startOutputRepair } from './output-repair.ts'
import { createPartitionRunner, foldChunkRecords, type PartitionRunner } from './partition-runner.ts'
import type { Prepare } from './prepared-log.ts'
import { openSaidLedger, type SaidLedger } from './said-ledger.ts'
import type { Stage } from './stage.ts'
import { noMetrics, type StageMetrics } from './stage-metrics.ts'
import { createStageProgress, type PartitionProgress } from './stage-progress.ts'
import type { SavedPosition, StateStore } from './state-store.ts'
import { StreamError } from './stream-error.ts'

export type StageRunnerConfig = Readonly<{
  /** Consumer group; `watchword.<stage>` by default. */
  group?: string
  /**
   * Where nothing is saved: with the first record of all, whose absence is a fault, or with the oldest that is kept, for a stage that needs to know
   * only what happened lately. `first` by default.
   */
  beginsWith?: 'first' | 'oldest-kept'
  /** State is saved after this many inputs of a partition; 10 000 by default, and at least every second while there is something to save. */
  saveEveryRecords?: number
  /** Decoded rows kept in memory, over all partitions, beside those that are not saved yet; 100 000 by default. */
  cachedRowsMax?: number
  /** Outputs of a partition waiting for the log before its folding pauses; 4 000 by default. */
  pendingOutputsMax?: number
  /** Nobody waits for what this stage says: its inputs may be so many milliseconds late, together, where that saves work. 0 by default, with which the stage reads ahead of the disk. */
  gatherMs?: number
  /** How often the ends of the input are looked at for `progress`; 500 ms by default. */
  progressEveryMs?: number
  /** How often compacted outputs are looked at for what others wrote late; 10 000 ms by default. */
  repairEveryMs?: number
}>

export type StageRunnerDeps = Readonly<{
  log: EventLog
  /** Opened and closed by the owner, after `stop`. */
  store: StateStore
  clock: Clock
  metrics?: StageMetrics
  /** What has to happen before records are folded; their partition waits for it. When it rejects, the membership ends with that fault. */
  prepare?: Prepare
  /** A fault that stopped a partition, or all of them when `partition` is null. The owner decides whether the process ends. */
  onFatal: (error: StreamError, partition: number | null) => void
}>

/** A stage at work. */
export interface StageRunner {
  /** Per partition that is ours. */
  progress(): ReadonlyMap<number, PartitionProgress>
  /** The same for one partition; undefined when it is not ours. */
  progressOf(partition: number): PartitionProgress | undefined
  /** Saves every partition now. */
  save(): Promise<void>
  /** Finishes what was read, saves, and leaves the group. */
  stop(): Promise<void>
}

const assignAgainMs = 500
const saveEveryMs = 1_000
/** `stop` gives up waiting for the log after this, milliseconds. What is given up is folded again at the next start. */
const stopWithinMs = 5_000

/** The consumer group of a stage, unless it is told another. */
export function groupOf(stage: string): string {
  return `watchword.${stage}`
}

/** Joins the group and folds what comes; resolves when joined. */
export async function createStageRunner<State, Input, Values extends object>(
  stage: Stage<State, Input, Values>,
  config: StageRunnerConfig,
  deps: StageRunnerDeps,
): Promise<StageRunner> {
  const { log, store, clock } = deps
  const places: readonly OutputPlace[] = Object.values(stage.outputs)
  const partitions = checkTopics(log, stage.input, places)
  const deadLetterPartitions = log.topics.get(deadLetterTopic(stage.input))?.partitions ?? 1
  const group = config.group ?? groupOf(stage.name)
  const metrics = deps.metrics ?? noMetrics
  const pacer = createFoldPacer(foldChunkRecords, () => clock.elapsed())
  const runners = new Map<number, PartitionRunner>()
  const ledgers = new Map<number, SaidLedger>()
  const stopping = new AbortController()
  const coPartitioned = places.filter((place) => place.coPartitioned)
  const coPartitionedTopics = topicsOf(coPartitioned)

  /** What the log does not answer now it will: the partition is ours, and somebody else would meet the same outage. */
  async function assign(partition: number): Promise<number> {
    for (;;) {
      try {
        return await takeUp(partition)
      } catch (error) {
        if (!(error instanceof LogError && error.retryable) || stopping.signal.aborted) throw error
      }
      await pause(assignAgainMs)
    }
  }

  /** Resolves at once when the stage stops. */
  function pause(durationMs: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = clock.after(durationMs, resolve)
      stopping.signal.addEventListener('abort', () => {
        cancel()
        resolve()
      })
    })
  }

  async function takeUp(partition: number): Promise<number> {
    const { saved, begin } = await findStart(partition)
    const nextOffset = saved?.nextOffset ?? begin
    const deadLetterPartition = partition % deadLetterPartitions
    const ledger = await openSaidLedger({
      log,
      stage: stage.name,
      group,
      inputTopic: stage.input,
      partition,
      deadLetterPartition,
      coPartitionedTopics,
      saved: saved?.said,
      settled: nextOffset,
    })
    const runner = createPartitionRunner(
      {
        partition,
        deadLetterPartition,
        group,
        saveEveryMs,
        saveEveryRecords: config.saveEveryRecords ?? 10_000,
        cachedRowsMax: Math.ceil((config.cachedRowsMax ?? 100_000) / partitions),
        pendingOutputsMax: config.pendingOutputsMax ?? 4000,
      },
      {
        stage,
        log,
        store,
        ledger,
        pacer,
        clock,
        metrics,
        saved,
        begin,
        commit: async (offset) => member.commit(partition, offset),
        durable: (offset) => member.durable(partition, offset),
        prepare: deps.prepare,
        stopping: stopping.signal,
        onFatal: (error) => deps.onFatal(error, partition),
      },
    )
    runners.set(partition, runner)
    ledgers.set(partition, ledger)
    return nextOffset
  }

  /** What is saved, if it fits the log; else the beginning, if the log still has it or need not. */
  async function findStart(partition: number): Promise<{ saved: SavedPosition | undefined; begin: number }> {
    const begin = (await log.begins(stage.input))[partition] ?? 0
    await store.prepare(partition)
    const end = (await log.ends(stage.input))[partition] ?? 0
    const saved = store.position(partition)
    if (saved !== undefined && saved.nextOffset >= begin && saved.nextOffset <= end) return { saved, begin }
    // Of another log, or of one that lost its end: what it knows did not happen.
    const needsFirst = config.beginsWith !== 'oldest-kept'
    if (saved !== undefined && (saved.nextOffset > end || !needsFirst)) await store.forget(partition)
    if (begin === 0 || !needsFirst) return { saved: undefined, begin }
    throw new StreamError(
      'state-unrecoverable',
      `${stage.input}-${partition} begins at ${begin}, the state of ${stage.name} needs ${saved?.nextOffset ?? 0}`,
    )
  }

  async function revoke(partition: number): Promise<void> {
    const runner = runners.get(partition)
    await runner?.close()
    runners.delete(partition)
    ledgers.delete(partition)
    await store.release(partition)
  }

  const member = await log.join({
    group,
    topic: stage.input,
    gatherMs: config.gatherMs ?? 0,
    // All that a stage does is append, and what it saves is settled. Where nobody waits there is nothing to gain.
    ahead: (config.gatherMs ?? 0) === 0,
    onAssigned: assign,
    onRecords: async (partition, records) => runners.get(partition)?.onRecords(records),
    onRevoked: revoke,
    onError(error) {
      // Their inputs may never be durable, so nobody may wait for that.
      for (const runner of runners.values()) runner.abandon()
      const known = error instanceof StreamError
      deps.onFatal(known ? error : new StreamError('group-failed', 'the group ended', { cause: toError(error) }), null)
    },
  })
  const progress = createStageProgress({
    log,
    topic: stage.input,
    clock,
    metrics,
    everyMs: config.progressEveryMs ?? 500,
    runners,
  })
  const repair = startOutputRepair({
    log,
    clock,
    metrics,
    stage: stage.name,
    topics: topicsOf(coPartitioned.filter((place) => place.compacted)),
    everyMs: config.repairEveryMs ?? 10_000,
    ledgers,
  })

  return {
    progress: () => progress.read(),
    progressOf: (partition) => progress.of(partition),
    async save() {
      await Promise.all([...runners.values()].map((runner) => runner.save()))
    },
    async stop() {
      // Whoever leaves a group waits for the batches under way, so what they wait for is given up first.
      stopping.abort()
      const giveUp = clock.after(stopWithinMs, () => {
        for (const runner of runners.values()) runner.abandon()
      })
      await member.stop()
      giveUp()
      // A membership that ended in a fault revokes nothing.
      for (const partition of runners.keys()) await revoke(partition)
      await Promise.all([progress.stop(), repair.stop()])
    },
  }
}

function topicsOf(places: readonly OutputPlace[]): readonly string[] {
  return [...new Set(places.map((place) => place.topic))]
}

function checkTopics(log: EventLog, input: string, places: readonly OutputPlace[]): number {
  const partitions = partitionsOf(log, input)
  // Compaction drops inputs, and what is said again there would be dropped as a repeat.
  if (log.topics.get(input)?.cleanup === 'compact')
    throw new StreamError('input-compacted', `${input} is compacted and cannot be folded`)
  for (const { topic, coPartitioned } of places) {
    if (coPartitioned && partitionsOf(log, topic) !== partitions) {
      throw new StreamError('not-co-partitioned', `${topic} and ${input} have different counts of partitions`)
    }
  }
  return partitions
}

function partitionsOf(log: EventLog, topic: string): number {
  const config = log.topics.get(topic)
  if (config === undefined) throw new StreamError('not-co-partitioned', `the log has no topic ${topic}`)
  return config.partitions
}
