import type { Headers, LogRecord } from '@watchword/event-log'

/** Where an input stands; `time` is the greatest `timeOf` of the partition so far, epoch milliseconds, and never goes back. */
export type StageContext = Readonly<{ partition: number; offset: number; time: number }>

/** One named output of a stage. */
export type OutputSpec<Value> = Readonly<{
  topic: string
  /** Called for every value but a tombstone; what throws here makes the input poison. */
  encode: (value: Value) => Uint8Array
  /** True: written to the partition that was read. False: to the partition of its key. */
  coPartitioned: boolean
  /** True: every record carries the version `ww-version`, the input's offset. */
  compacted: boolean
  /** CloudEvents `type`; a function when one topic carries several. */
  ceType: string | ((value: Value | null) => string)
}>

/** The outputs of a stage by name. `Values` maps each name to the type of what is said there. */
export type OutputSpecs<Values extends object> = { readonly [Name in keyof Values]: OutputSpec<Values[Name]> }

/** Something said on a named output; `value: null` is a tombstone, which only compacted outputs take. */
export type StageOutput<Values extends object> = {
  [Name in keyof Values & string]: Readonly<{
    output: Name
    key: string
    value: Values[Name] | null
    /** Further headers; those of the runner win. */
    headers?: Headers
  }>
}[keyof Values & string]

/** The answer of a fold. `state: undefined` forgets the key. */
export type Folded<State, Values extends object> = Readonly<{
  state: State | undefined
  outputs: readonly StageOutput<Values>[]
}>

/**
 * One input topic, one fold, partition by partition. Every function is pure: no clock, no randomness, no I/O,
 * and a state once returned is never changed in place (it may be saved later).
 */
export type Stage<State, Input, Values extends object> = Readonly<{
  /** `[a-z0-9-]+`: names the stage in `ww-source`, its consumer group and its state file. */
  name: string
  /** The input topic. */
  input: string
  /** False, by key and headers alone: the record is passed over, its value unread; it moves no time. By default every record is folded. */
  concerns?: (record: Pick<LogRecord, 'key' | 'headers'>) => boolean
  /** Throws for a record that cannot be decoded, which makes it poison. */
  decode: (record: LogRecord) => Input
  /** `receivedAt`, epoch milliseconds. */
  timeOf: (input: Input) => number
  /** Under which key the state is kept; the key of the record by default. Has to work for records that cannot be decoded. */
  keyOf?: (record: LogRecord) => string
  fold: (state: State | undefined, input: Input, context: StageContext) => Folded<State, Values>
  /** What a poison record folds to: more suspicion, never less. Must not throw. */
  degrade: (state: State | undefined, key: string, context: StageContext) => Folded<State, Values>
  encodeState: (state: State) => Uint8Array
  /** Throws for bytes it does not know, which makes the state file corrupt. */
  decodeState: (bytes: Uint8Array) => State
  /** Name of the layout of `encodeState`; a state of another layout is not read, unless it is one of `readableVersions`. */
  stateVersion: string
  /** Former layouts whose rows `decodeState` knows from those of the present one, so that they can stand in one state; none by default. */
  readableVersions?: readonly string[]
  outputs: OutputSpecs<Values>
}>
