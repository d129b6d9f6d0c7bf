import type { Spot } from './source-header.ts'
import type { WatermarkSnapshot } from './watermark.ts'

/** What a stage has said for one input partition, as far as it was acknowledged. */
export type Said = Readonly<{
  /** By co-partitioned output topic: the last output in it. */
  spots: Readonly<Record<string, Spot>>
  /** By output or dead-letter topic: everything of ours below this offset is counted in, and what others wrote there is looked at. */
  positions: Readonly<Record<string, number>>
  /** Offsets of inputs that are poison, for good. */
  poisoned: readonly number[]
}>

/**
 * What of a changelog is in the rows: everything below `offset`, which was its end at `at`, epoch milliseconds, or later.
 * Of the keys in `late` an older version may stand last there.
 */
export type Followed = Readonly<{ offset: number; at: number; late: readonly string[] }>

/** Where the saved rows of a partition stand. */
export type SavedPosition = Readonly<{
  /** Every input below is folded into the rows, and its outputs are acknowledged. */
  nextOffset: number
  /** Greatest time so far, epoch milliseconds. */
  time: number
  watermarks: WatermarkSnapshot
  said: Said
  /** Rows that are further than `nextOffset`, by key: the inputs below this offset are in the row already. */
  ahead?: Readonly<Record<string, number>>
  /** Which time this is that the changelog was begun with the whole state; none is the first. */
  edition?: string
  /** Only in a local state beside a changelog. */
  followed?: Followed
}>

/** A changed row; null forgets the key. */
export type ChangedRow = readonly [key: string, value: Uint8Array | null]

export type PartitionSave = Readonly<{ partition: number; position: SavedPosition; rows: Iterable<ChangedRow> }>

/** The saved state of one stage: a cache of the log, in which rows and positions change together. */
export interface StateStore {
  /** The partition is about to be folded here: brings its state as far as it can be had. */
  prepare(partition: number): Promise<void>
  /** The partition is folded here no more. */
  release(partition: number): Promise<void>
  /** Where a partition stands; undefined when nothing of it is saved. */
  position(partition: number): SavedPosition | undefined
  /** The saved row. Throws a StreamError `state-corrupt` rather than answer something that was not written. */
  read(partition: number, key: string): Uint8Array | undefined
  /** All or nothing. Rows are taken in slices, other work goes on in between. */
  save(save: PartitionSave): Promise<void>
  /** Forgets a partition whose state does not fit the log. */
  forget(partition: number): Promise<void>
  /** Saved rows in the order of their keys. */
  rows(partition: number): Iterable<readonly [key: string, value: Uint8Array]>
  /** The state must not be opened again: the next open sets it aside, and the log says what it was. */
  condemn(): void
  /** Safe to call twice. */
  close(): Promise<void>
}
