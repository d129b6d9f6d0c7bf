import { type LogRecord, versionHeader } from '@watchword/event-log'
import { isAfter, offsetHeader, type Spot, sourceOf } from './source-header.ts'

export type CompactedViewConfig = Readonly<{
  /** How long deleted keys keep their version, in the log's time; 7 days by default, as long as tombstones stay readable. */
  tombstoneRetentionMs?: number
}>

export type CompactedViewDeps<Value> = Readonly<{
  decode: (record: LogRecord) => Value
  /** What stands for a record that cannot be decoded; throw to end the view instead. */
  onUndecodable: (record: LogRecord, error: unknown) => Value
}>

/** `previous` or `value` is undefined when the key was or is absent. */
export type ChangeListener<Value> = (key: string, value: Value | undefined, previous: Value | undefined) => void

/** The newest value of each key, newest by version rather than by arrival. */
export interface CompactedView<Value> {
  apply(record: LogRecord): void
  get(key: string): Value | undefined
  has(key: string): boolean
  /** Version of the value or of its deletion; undefined for a key never seen. */
  versionOf(key: string): number | undefined
  entries(): Iterable<readonly [key: string, value: Value]>
  readonly size: number
  /** The answer ends the listening. */
  onChange(listener: ChangeListener<Value>): () => void
}

type Entry<Value> = Readonly<{ value: Value; spot: Spot }>
type Tombstone = Readonly<{ spot: Spot; timestamp: number }>

const dayMs = 86_400_000

export function createCompactedView<Value>(
  config: CompactedViewConfig,
  deps: CompactedViewDeps<Value>,
): CompactedView<Value> {
  const entries = new Map<string, Entry<Value>>()
  const tombstones = new Map<string, Tombstone>()
  const listeners = new Set<ChangeListener<Value>>()
  const retentionMs = config.tombstoneRetentionMs ?? 7 * dayMs

  function decode(record: LogRecord): Value {
    try {
      return deps.decode(record)
    } catch (error) {
      return deps.onUndecodable(record, error)
    }
  }

  function forgetOldTombstones(now: number): void {
    for (const [key, { timestamp }] of tombstones) {
      if (timestamp >= now - retentionMs) return
      tombstones.delete(key)
    }
  }

  return {
    apply(record) {
      const { key } = record
      const spot = spotOf(record)
      const known = entries.get(key)
      const last = known?.spot ?? tombstones.get(key)?.spot
      // The same one again is no change either.
      if (last !== undefined && !isAfter(spot, last)) return
      tombstones.delete(key)
      if (record.value === null) {
        entries.delete(key)
        // An older record may still come: of a process that lost its partition and did not notice.
        tombstones.set(key, { spot, timestamp: record.timestamp })
        forgetOldTombstones(record.timestamp)
      } else {
        entries.set(key, { value: decode(record), spot })
      }
      const value = entries.get(key)?.value
      if (known === undefined && value === undefined) return
      for (const listener of listeners) listener(key, value, known?.value)
    },
    get: (key) => entries.get(key)?.value,
    has: (key) => entries.has(key),
    versionOf: (key) => (entries.get(key) ?? tombstones.get(key))?.spot.offset,
    *entries() {
      for (const [key, { value }] of entries) yield [key, value]
    },
    get size() {
      return entries.size
    },
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

/** Without a version the log's order counts. Two records of one input are told apart by their index. */
function spotOf(record: LogRecord): Spot {
  const version = offsetHeader(record.headers, versionHeader)
  if (version === undefined) return { offset: record.offset, index: 0 }
  return { offset: version, index: sourceOf(record.headers)?.index ?? 0 }
}
