import type { LogRecord } from '@watchword/event-log'
import type { Folded, Stage, StageContext } from './stage.ts'
import { StreamError, toError } from './stream-error.ts'

/** The last moment a Date can say. */
const timeMax = 8.64e15

/** No key of ours comes near it; those of foreign records may be as long as a broker takes. */
const keyLengthMax = 4_096

/** Which step of the way from bytes to outputs gave up. */
export type PoisonStep = 'decode' | 'fold' | 'encode'

export type Poison = Readonly<{ step: PoisonStep; error: Error }>

/** An output ready for the log: the value is encoded, its place is not yet said. */
export type EncodedOutput = Readonly<{
  output: string
  key: string
  value: Uint8Array | null
  ceType: string
  headers: Readonly<Record<string, string>>
}>

/** What became of one record. `poison` is undefined for a good one and for one known to be poison from before. */
export type FoldedRecord<State> = Readonly<{
  state: State | undefined
  outputs: readonly EncodedOutput[]
  time: number
  poison: Poison | undefined
}>

/** What is known before a record is folded. `time` is the greatest of the partition so far. */
export type FoldStart<State> = Readonly<{
  key: string
  state: State | undefined
  time: number
  /** The record was found to be poison by this or an earlier build: it is not tried again. */
  knownPoison: boolean
}>

/** Folds one record, and a record that cannot be folded to degraded; throws only when even that fails. */
export function foldRecord<State, Input, Values extends object>(
  stage: Stage<State, Input, Values>,
  record: LogRecord,
  start: FoldStart<State>,
): FoldedRecord<State> {
  if (start.key.length > keyLengthMax) {
    // Nobody's: there is nothing to degrade, and neither a row nor an output could be written under it.
    const poison = { step: 'decode', error: new RangeError('the key of the record is too long') } as const
    return { state: start.state, outputs: [], time: start.time, poison: start.knownPoison ? undefined : poison }
  }
  if (start.knownPoison) return degrade(stage, record, start, undefined)
  let step: PoisonStep = 'decode'
  try {
    const input = stage.decode(record)
    const time = Math.max(start.time, stampOf(stage, input))
    step = 'fold'
    const folded = stage.fold(start.state, input, contextOf(record, time))
    step = 'encode'
    return { state: folded.state, outputs: encodeOutputs(stage, folded), time, poison: undefined }
  } catch (error) {
    return degrade(stage, record, start, { step, error: toError(error) })
  }
}

/** The time of the partition after a record that need not be folded; one that is poison does not move it. */
export function timeAfter<State, Input, Values extends object>(
  stage: Stage<State, Input, Values>,
  record: LogRecord,
  time: number,
): number {
  try {
    return Math.max(time, stampOf(stage, stage.decode(record)))
  } catch {
    return time
  }
}

function stampOf<Input>(stage: Readonly<{ timeOf: (input: Input) => number }>, input: Input): number {
  const stamp = stage.timeOf(input)
  if (!(stamp >= 0 && stamp <= timeMax)) throw new TypeError('the time of the record is out of range')
  return stamp
}

function degrade<State, Input, Values extends object>(
  stage: Stage<State, Input, Values>,
  record: LogRecord,
  start: FoldStart<State>,
  poison: Poison | undefined,
): FoldedRecord<State> {
  try {
    const folded = stage.degrade(start.state, start.key, contextOf(record, start.time))
    return { state: folded.state, outputs: encodeOutputs(stage, folded), time: start.time, poison }
  } catch (error) {
    const place = `${record.topic}-${record.partition} at ${record.offset}`
    throw new StreamError('degrade-failed', `${stage.name} could not degrade the key of ${place}`, { cause: error })
  }
}

function contextOf(record: LogRecord, time: number): StageContext {
  return { partition: record.partition, offset: record.offset, time }
}

function encodeOutputs<State, Input, Values extends object>(
  stage: Stage<State, Input, Values>,
  folded: Folded<State, Values>,
): readonly EncodedOutput[] {
  return folded.outputs.map(({ output, key, value, headers }) => {
    const spec = stage.outputs[output]
    if (value === null && !spec.compacted) throw new TypeError(`output ${output} takes no tombstones`)
    return {
      output,
      key,
      value: value === null ? null : spec.encode(value),
      ceType: typeof spec.ceType === 'string' ? spec.ceType : spec.ceType(value),
      headers: headers ?? {},
    }
  })
}
