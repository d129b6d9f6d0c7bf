import type { EventLog, LogRecord } from '@watchword/event-log'
import { type OutputQueue, createOutputQueue } from './output-queue.ts'
import type { Clock } from './clock.ts'
import type { FoldPacer } from './fold-pacer.ts'
import { createPartitionFold } from './partition-fold.ts'
import type { Prepare } from './prepared-log.ts'
import type { SaidLedger } from './said-ledger.ts'
import type { Stage } from './stage.ts'
import { createStateSaver, type StateSaver } from './state-saver.ts'
import { createStateCache } from './state-cache.ts'
import type { StageMetrics } from './stage-metrics.ts'
import type { SavedPosition, StateStore } from './state-store.ts'
import { StreamError } from './stream-error.ts'

export type PartitionConfig = Readonly<{
  partition: number
  deadLetterPartition: number
  group: string
  saveEveryMs: number
  saveEveryRecords: number
  cachedRowsMax: number
  pendingOutputsMax: number
}>

export type PartitionDeps<State, Input, Values extends object> = Readonly<{
  stage: Stage<State, Input, Values>
  log: EventLog
  store: StateStore
  ledger: SaidLedger
  pacer: FoldPacer
  clock: Clock
  metrics: StageMetrics
  /** What the saved rows are good for; undefined begins with no rows at offset `begin`. */
  saved: SavedPosition | undefined
  begin: number
  commit: (nextOffset: number) => Promise<void>
  /** Resolves when every input below is durable; rejects when one never will be. */
  durable: (nextOffset: number) => Promise<void>
  prepare: Prepare | undefined
  /** Aborted when the stage stops: what is being prepared is given up, unfolded. */
  stopping: AbortSignal
  onFatal: (error: StreamError) => void
}>

/** One partition of a stage while it is ours. */
export interface PartitionRunner {
  /** Resolves when there is room for more. After a fault, records pass unread and nothing is saved. */
  onRecords(records: readonly LogRecord[]): Promise<void>
  /** Saves what is settled; at once, or after the save under way. */
  save(): Promise<void>
  /** Finishes what was folded, saves, and stops. */
  close(): Promise<void>
  /** Gives up waiting for the log. */
  abandon(): void
  /** Every input below is durable and folded, and its outputs are acknowledged. */
  readonly settled: number
  readonly time: number
  readonly fault: StreamError | undefined
}

/** Folded at once; in a turn of the event loop `turnFactor` times as many. */
export const foldChunkRecords = 64

export function createPartitionRunner<State, Input, Values extends object>(
  config: PartitionConfig,
  deps: PartitionDeps<State, Input, Values>,
): PartitionRunner {
  const { stage, store, ledger, metrics } = deps
  const { partition } = config
  const cache = createStateCache<State>({
    store,
    partition,
    cachedRowsMax: config.cachedRowsMax,
    encodeState: stage.encodeState,
    decodeState: stage.decodeState,
  })
  let closing = false
  let fault: StreamError | undefined

  const queue: OutputQueue = createOutputQueue({
    log: deps.log,
    clock: deps.clock,
    settled: deps.saved?.nextOffset ?? deps.begin,
    pendingRecordsMax: config.pendingOutputsMax,
    durable: deps.durable,
    onAppended: (positions, records) => ledger.onAppended(positions, records),
    onSaid: (takenAt) => metrics.decided(Math.max(0, deps.clock.now() - takenAt)),
    onRetry: () => metrics.appendRetried(),
    onFailed: fail,
  })

  const fold = createPartitionFold({
    stage,
    group: config.group,
    deadLetterPartition: config.deadLetterPartition,
    cache,
    ledger,
    queue,
    metrics,
    saved: deps.saved,
    begin: deps.begin,
  })

  const saver: StateSaver = createStateSaver({
    partition,
    saveEveryMs: config.saveEveryMs,
    saveEveryRecords: config.saveEveryRecords,
    store,
    clock: deps.clock,
    metrics,
    savedOffset: fold.nextOffset,
    nextOffset: () => fold.nextOffset,
    capture: () => ({ position: fold.position(), captured: cache.capture() }),
    // After a fault, what was folded last is in doubt.
    untilSettled: async (offset) => (await queue.untilSettled(offset)) && fault === undefined,
    commit: deps.commit,
    onFailed: fail,
  })

  function fail(error: StreamError): void {
    if (fault !== undefined) return
    fault = error
    saver.stop()
    void queue.stop()
    if (error.code === 'state-corrupt') store.condemn()
    deps.onFatal(error)
  }

  async function isPrepared(chunk: readonly LogRecord[], prepare: Prepare): Promise<boolean> {
    await prepare(chunk, deps.stopping)
    // Given up, and so is all that comes after it.
    return !deps.stopping.aborted
  }

  /** Folds as many of them as fit into a turn, one at least, and answers how many those were. */
  function foldChunk(records: readonly LogRecord[]): number {
    let folded = 0
    let extra = 0
    try {
      for (const record of records) {
        extra += fold.fold(record)
        folded += 1
        if (folded + extra >= foldChunkRecords) break
      }
    } catch (error) {
      fail(
        error instanceof StreamError
          ? error
          : new StreamError('stage-failed', `stage ${stage.name} broke its contract`, { cause: error }),
      )
    }
    deps.pacer.charge(extra)
    queue.flush()
    metrics.folded(folded)
    saver.onFolded()
    return folded
  }

  return {
    async onRecords(records) {
      let from = 0
      while (from < records.length) {
        const chunk = records.slice(from, from + foldChunkRecords)
        await deps.pacer.take(chunk.length)
        if (deps.prepare !== undefined && !(await isPrepared(chunk, deps.prepare))) return
        if (closing || fault !== undefined) return
        from += foldChunk(chunk)
        await queue.untilRoom()
        await saver.untilRoom()
      }
    },
    save: () => saver.save(),
    async close() {
      closing = true
      saver.stop()
      await saver.save()
      await queue.stop()
    },
    abandon() {
      closing = true
      saver.stop()
      void queue.stop()
    },
    get settled() {
      return queue.settled
    },
    get time() {
      return fold.time
    },
    get fault() {
      return fault
    },
  }
}
