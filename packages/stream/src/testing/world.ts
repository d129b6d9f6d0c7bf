import type { EventLog, LogRecord, TopicConfig } from '@watchword/event-log'
import { createMemoryDisk, createMemoryLog } from '@watchword/event-log/memory'
import { createMemoryStateStore } from '../memory-state-store.ts'
import type { Stage } from '../stage.ts'
import { noMetrics, type StageMetrics } from '../stage-metrics.ts'
import { createStageRunner, type StageRunner, type StageRunnerConfig } from '../stage-runner.ts'
import type { StateStore } from '../state-store.ts'
import type { StreamError } from '../stream-error.ts'
import { type AdderInput, type AdderOutputs, type AdderState, adderStage } from './adder-stage.ts'
import { createManualClock, type ManualClock } from './manual-clock.ts'

export type AdderStage = Stage<AdderState, AdderInput, AdderOutputs>

export type RunOptions = Readonly<{
  stage?: AdderStage
  config?: StageRunnerConfig
  log?: EventLog
  store?: StateStore
  metrics?: StageMetrics
}>

/** A log, a state store and a clock in memory, around one stage. */
export type World = Readonly<{
  clock: ManualClock
  log: ReturnType<typeof createMemoryLog>
  store: StateStore
  faults: readonly StreamError[]
  run: (options?: RunOptions) => Promise<StageRunner>
  /** Each `key:input`, into partition 0 unless told. */
  send: (inputs: readonly string[], partition?: number, headers?: Readonly<Record<string, string>>) => Promise<void>
  readAll: (topic: string, partition?: number) => Promise<readonly LogRecord[]>
}>

export const stateTombstoneRetentionMs = 3_600_000

export const testTopics: readonly TopicConfig[] = ['in', 'sum', 'latest', 'spread', 'in.dlq', 'state'].map((name) => ({
  name,
  partitions: 2,
  cleanup: name === 'latest' || name === 'state' ? 'compact' : 'delete',
  retentionMs: null,
  compactionLagMs: 0,
  tombstoneRetentionMs: name === 'state' ? stateTombstoneRetentionMs : 0,
}))

export function openWorld(disk = createMemoryDisk(), store = createMemoryStateStore()): World {
  const clock = createManualClock()
  const log = createMemoryLog({ topics: testTopics, disk }, { now: clock.now.bind(clock) })
  const faults: StreamError[] = []
  return {
    clock,
    log,
    store,
    faults,
    run: (options = {}) =>
      createStageRunner(options.stage ?? adderStage, options.config ?? {}, {
        log: options.log ?? log,
        store: options.store ?? store,
        clock,
        metrics: options.metrics ?? noMetrics,
        onFatal: (error) => void faults.push(error),
      }),
    async send(inputs, partition = 0, headers = {}) {
      await log.append(
        inputs.map((input) => {
          const [key = '', value = ''] = input.split(':')
          return { topic: 'in', partition, key, value: Buffer.from(value), headers }
        }),
      )
    },
    readAll: (topic, partition = 0) => log.read(topic, partition, 0, 100_000),
  }
}

/** Waits, turn by turn, for something that has to come about. */
export async function until(fact: () => boolean | Promise<boolean>): Promise<void> {
  for (let turns = 0; turns < 100_000; turns += 1) {
    if (await fact()) return
    await new Promise((resolve) => setImmediate(resolve))
  }
  throw new Error('what was waited for did not come about')
}

/** Waits until a partition has folded and said everything below `offset`. */
export function untilSettled(runner: StageRunner, offset: number, partition = 0): Promise<void> {
  return until(() => (runner.progress().get(partition)?.nextOffset ?? -1) >= offset)
}

export function textOf(bytes: Uint8Array | null | undefined): string {
  return bytes ? Buffer.from(bytes).toString() : String(bytes)
}
