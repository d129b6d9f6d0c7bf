import type { AppendRecord, EventLog, LogRecord } from '@watchword/event-log'
import { type AppendQueue, createAppendQueue } from './append-queue.ts'
import type { Clock } from './clock.ts'
import { toDeadLetter } from './dead-letter.ts'
import type { FoldPacer } from './fold-pacer.ts'
import { foldRecord, type FoldedRecord, type Poison, timeAfter } from './fold-record.ts'
import { type OutputPlace, toAppendRecords } from './output-record.ts'
import { poisonWindow, tooManyPoison } from './poison-limit.ts'
import type { Prepare } from './prepared-log.ts'
import type { SaidLedger } from './said-ledger.ts'
import type { Stage } from './stage.ts'
import { createStateSaver, type StateSaver } from './state-saver.ts'
import { createStateCache } from './state-cache.ts'
import type { StageMetrics } from './stage-metrics.ts'
import type { SavedPosition, StateStore } from './state-store.ts'
import { StreamError } from './stream-error.ts'
import { createWatermarks } from './watermark.ts'

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
  /** Every input below is folded and its outputs are acknowledged. */
  readonly settled: number
  readonly time: number
  readonly fault: StreamError | undefined
}

/** Folded without a pause: some milliseconds at most. */
export const foldChunkRecords = 64
/** Outputs of this many bytes take as long as another record: they are encoded here, and read again by every view of the process. */
const bytesOfRecord = 4_096

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
  const watermarks = createWatermarks(deps.saved?.watermarks)
  const ahead = new Map<string, number>(Object.entries(deps.saved?.ahead ?? {}))
  const keyOf = stage.keyOf ?? ((record: LogRecord) => record.key)
  const places = stage.outputs as Readonly<Record<string, OutputPlace>>
  let nextOffset = deps.saved?.nextOffset ?? deps.begin
  let time = deps.saved?.time ?? 0
  let closing = false
  let fault: StreamError | undefined

  const queue: AppendQueue = createAppendQueue({
    log: deps.log,
    clock: deps.clock,
    settled: nextOffset,
    pendingRecordsMax: config.pendingOutputsMax,
    onAppended: (positions, records) => ledger.onAppended(positions, records),
    onRetry: () => metrics.appendRetried(),
    onFailed: fail,
  })

  const saver: StateSaver = createStateSaver({
    partition,
    saveEveryMs: config.saveEveryMs,
    saveEveryRecords: config.saveEveryRecords,
    store,
    clock: deps.clock,
    metrics,
    savedOffset: nextOffset,
    nextOffset: () => nextOffset,
    capture: () => ({
      position: { nextOffset, time, watermarks: watermarks.snapshot(), said: ledger.snapshot(), ...aheadOf() },
      captured: cache.capture(),
    }),
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

  /** Rows that are still further than the position; most of the time there are none. */
  function aheadOf(): Pick<SavedPosition, 'ahead'> {
    for (const [key, until] of ahead) if (until <= nextOffset) ahead.delete(key)
    return ahead.size === 0 ? {} : { ahead: Object.fromEntries(ahead) }
  }

  /** Folds it, and answers how many more records it took as long as. */
  function foldOne(record: LogRecord): number {
    if (record.offset < nextOffset) return 0
    let records: readonly AppendRecord[] = []
    const key = keyOf(record)
    if (watermarks.isRepeat(record)) {
      metrics.repeatDropped()
    } else if (record.offset < (ahead.get(key) ?? 0)) {
      // It is in the row, and what it led to was said before the row was saved.
      time = timeAfter(stage, record, time)
      watermarks.advance(record)
    } else {
      const state = cache.get(key)
      const knownPoison = ledger.isPoisoned(record.offset)
      const folded = foldRecord(stage, record, { key, state, time, knownPoison })
      if (folded.poison !== undefined) isolate(record, folded.poison)
      if (folded.state !== state) cache.set(key, folded.state)
      time = folded.time
      records = unsaid(record, folded)
      watermarks.advance(record)
    }
    nextOffset = record.offset + 1
    queue.push({ records, settles: nextOffset, failure: 'append-failed' })
    return Math.floor(records.reduce((sum, { value }) => sum + (value?.length ?? 0), 0) / bytesOfRecord)
  }

  function isolate(record: LogRecord, poison: Poison): void {
    if (tooManyPoison(ledger.poisonedWithin(record.offset, poisonWindow) + 1, record.offset + 1)) {
      // Not one more: the fault is in what runs here rather than in what came in.
      const place = `${record.topic}-${record.partition} at ${record.offset}`
      throw new StreamError('too-many-poison', `${stage.name} cannot fold too many records up to ${place}`)
    }
    ledger.addPoisoned(record.offset)
    metrics.poisoned(poison.step)
    const letter = toDeadLetter(record, poison, config.group, config.deadLetterPartition)
    queue.push({ records: [letter], settles: record.offset, failure: 'dead-letter-failed' })
  }

  function unsaid(record: LogRecord, folded: FoldedRecord<State>): readonly AppendRecord[] {
    if (folded.outputs.length === 0) return []
    const records = toAppendRecords(stage.name, places, record, folded.time, folded.outputs)
    return records.filter((_, index) => {
      const place = places[folded.outputs[index]?.output ?? '']
      return place === undefined || !ledger.isSaid(place, { offset: record.offset, index })
    })
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
        extra += foldOne(record)
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
      return time
    },
    get fault() {
      return fault
    },
  }
}
