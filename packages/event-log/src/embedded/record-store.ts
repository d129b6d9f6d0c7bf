import type { LogRecord } from '../event-log.ts'
import type { PartitionBounds } from '../start-offset.ts'

/** How far a group has come in a partition. */
export type GroupPosition = Readonly<{ group: string; topic: string; partition: number; nextOffset: number }>

/** What may go from one partition. A record goes only below `belowOffset` and if it was written before the time named; `null`: none. */
export type CleaningPlan = Readonly<{
  topic: string
  partition: number
  belowOffset: number
  /** Epoch milliseconds. */
  expiredBefore: number | null
  supersededBefore: number | null
  tombstonesBefore: number | null
}>

/** How many records went, by reason. */
export type CleaningCounts = Readonly<{ expired: number; superseded: number; tombstones: number }>

export type CleaningResult = CleaningCounts &
  Readonly<{
    begin: number
    /** The slice was full: there may be more to clean. */
    more: boolean
  }>

/** What an embedded engine keeps records in. The log above it is the only writer and chooses the offsets. */
export interface RecordStore {
  readonly bounds: readonly PartitionBounds[]
  readonly positions: readonly GroupPosition[]
  /** Makes all of it durable, or none of it and rejects with a LogError. */
  write(records: readonly LogRecord[], positions: readonly GroupPosition[]): Promise<void>
  /** Resolves when what is asked for together has been; where a write is dear, that is the end of the turn of the event loop. */
  gathered?(): Promise<void>
  /** Settles writes that are durable already, where their outcome comes from another thread. */
  settle?(): void
  /** Records from `offset` on, in order; fewer than `limit` does not mean that there are no more, none does. */
  read(topic: string, partition: number, offset: number, limit: number): Promise<readonly LogRecord[]>
  /** Cleans a slice small enough not to hold up the writes behind it. */
  clean(plan: CleaningPlan): Promise<CleaningResult>
  close(): Promise<void>
}
