import type { LogRecord } from '@watchword/event-log'
import { type EncodedOutput, foldRecord, type Poison } from './fold-record.ts'
import type { Source } from './source-header.ts'
import type { Stage } from './stage.ts'
import { createWatermarks } from './watermark.ts'

/** What one record of a replay led to. */
export type Replayed = Readonly<{ record: LogRecord; outputs: readonly ReplayedOutput[]; poison: Poison | undefined }>

export type ReplayedOutput = EncodedOutput & Readonly<{ source: Source }>

/** Folds records again without any I/O, from no state, as the runner would; one answer for each record that concerns the stage and is no repeat. */
export function* replayStage<State, Input, Values extends object>(
  stage: Stage<State, Input, Values>,
  records: Iterable<LogRecord>,
): Generator<Replayed> {
  const states = new Map<string, State>()
  const times = new Map<number, number>()
  const watermarks = createWatermarks()
  for (const record of records) {
    if (stage.concerns?.(record) === false || watermarks.isRepeat(record)) continue
    watermarks.advance(record)
    const key = stage.keyOf?.(record) ?? record.key
    const row = `${record.partition}/${key}`
    const start = { key, state: states.get(row), time: times.get(record.partition) ?? 0, knownPoison: false }
    const folded = foldRecord(stage, record, start)
    if (folded.state === undefined) states.delete(row)
    else states.set(row, folded.state)
    times.set(record.partition, folded.time)
    const { partition, offset } = record
    const outputs = folded.outputs.map((output, index) => ({
      ...output,
      source: { stage: stage.name, partition, offset, index },
    }))
    yield { record, outputs, poison: folded.poison }
  }
}
