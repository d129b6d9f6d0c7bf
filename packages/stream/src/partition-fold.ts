import type { AppendRecord, LogRecord } from '@watchword/event-log'
import { toDeadLetter } from './dead-letter.ts'
import { foldRecord, type FoldedRecord, type Poison, timeAfter } from './fold-record.ts'
import { type OutputPlace, toAppendRecords } from './output-record.ts'
import type { OutputQueue } from './output-queue.ts'
import { poisonWindow, tooManyPoison } from './poison-limit.ts'
import type { SaidLedger } from './said-ledger.ts'
import type { Stage } from './stage.ts'
import type { StageMetrics } from './stage-metrics.ts'
import type { StateCache } from './state-cache.ts'
import type { SavedPosition } from './state-store.ts'
import { StreamError } from './stream-error.ts'
import { createWatermarks } from './watermark.ts'

export type PartitionFoldDeps<State, Input, Values extends object> = Readonly<{
  stage: Stage<State, Input, Values>
  group: string
  deadLetterPartition: number
  cache: StateCache<State>
  ledger: SaidLedger
  /** Takes what has to be said. */
  queue: Pick<OutputQueue, 'push'>
  metrics: Pick<StageMetrics, 'folding' | 'repeatDropped' | 'poisoned'>
  /** What the saved rows are good for; undefined begins with no rows at offset `begin`. */
  saved: SavedPosition | undefined
  begin: number
}>

/** The fold of one partition, record by record, with where it stands. */
export interface PartitionFold {
  /** Folds it, and answers how many more records it took as long as. Throws when the stage cannot go on. */
  fold(record: LogRecord): number
  readonly nextOffset: number
  readonly time: number
  /** What is saved beside the rows. */
  position(): SavedPosition
}

/** Outputs of this many bytes take as long as another record: they are encoded here, and read again by every view of the process. */
const bytesOfRecord = 4_096

export function createPartitionFold<State, Input, Values extends object>(
  deps: PartitionFoldDeps<State, Input, Values>,
): PartitionFold {
  const { stage, cache, ledger, queue, metrics, saved } = deps
  const watermarks = createWatermarks(saved?.watermarks)
  const ahead = new Map<string, number>(Object.entries(saved?.ahead ?? {}))
  const keyOf = stage.keyOf ?? ((record: LogRecord) => record.key)
  const places = stage.outputs as Readonly<Record<string, OutputPlace>>
  let nextOffset = saved?.nextOffset ?? deps.begin
  let time = saved?.time ?? 0

  /** Rows that are still further than the position; most of the time there are none. */
  function aheadOf(): Pick<SavedPosition, 'ahead'> {
    for (const [key, until] of ahead) if (until <= nextOffset) ahead.delete(key)
    return ahead.size === 0 ? {} : { ahead: Object.fromEntries(ahead) }
  }

  function isolate(record: LogRecord, poison: Poison): void {
    if (tooManyPoison(ledger.poisonedWithin(record.offset, poisonWindow) + 1, record.offset + 1)) {
      // Not one more: the fault is in what runs here rather than in what came in.
      const place = `${record.topic}-${record.partition} at ${record.offset}`
      throw new StreamError('too-many-poison', `${stage.name} cannot fold too many records up to ${place}`)
    }
    ledger.addPoisoned(record.offset)
    metrics.poisoned(poison.step)
    const letter = toDeadLetter(record, poison, deps.group, deps.deadLetterPartition)
    queue.push({ records: [letter], settles: record.offset, takenAt: record.timestamp, failure: 'dead-letter-failed' })
  }

  function unsaid(record: LogRecord, folded: FoldedRecord<State>): readonly AppendRecord[] {
    if (folded.outputs.length === 0) return []
    const records = toAppendRecords(stage.name, places, record, folded.time, folded.outputs)
    return records.filter((_, index) => {
      const place = places[folded.outputs[index]?.output ?? '']
      return place === undefined || !ledger.isSaid(place, { offset: record.offset, index })
    })
  }

  return {
    fold(record) {
      if (record.offset < nextOffset) return 0
      if (stage.concerns?.(record) === false) {
        nextOffset = record.offset + 1
        queue.push({ records: [], settles: nextOffset, takenAt: record.timestamp, failure: 'append-failed' })
        return 0
      }
      let records: readonly AppendRecord[] = []
      let onSaid: (() => void) | undefined
      const key = keyOf(record)
      if (watermarks.isRepeat(record)) {
        metrics.repeatDropped()
      } else if (record.offset < (ahead.get(key) ?? 0)) {
        // It is in the row, and what it led to was said before the row was saved.
        time = timeAfter(stage, record, time)
        watermarks.advance(record)
      } else {
        onSaid = metrics.folding?.(record)
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
      queue.push({ records, settles: nextOffset, takenAt: record.timestamp, onSaid, failure: 'append-failed' })
      return Math.floor(records.reduce((sum, { value }) => sum + (value?.length ?? 0), 0) / bytesOfRecord)
    },
    get nextOffset() {
      return nextOffset
    },
    get time() {
      return time
    },
    position: () => ({ nextOffset, time, watermarks: watermarks.snapshot(), said: ledger.snapshot(), ...aheadOf() }),
  }
}
