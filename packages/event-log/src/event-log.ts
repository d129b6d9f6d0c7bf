/** How one topic is laid out and kept. Source of the values: schemas/topics.json. */
export type TopicConfig = Readonly<{
  name: string
  partitions: number
  cleanup: 'delete' | 'compact'
  /** For `delete`: records older than this may go; `null` keeps them for ever. Milliseconds. */
  retentionMs: number | null
  /** For `compact`: a record stays readable at least this long before compaction may drop it. Milliseconds. */
  compactionLagMs: number
  /** For `compact`: how long a tombstone stays readable after it was written. Milliseconds. */
  tombstoneRetentionMs: number
}>

export type Headers = Readonly<Record<string, string>>

/** A record to append. `value: null` is a tombstone, which only compacted topics take. */
export type AppendRecord = Readonly<{
  topic: string
  key: string
  value: Uint8Array | null
  headers?: Headers
  /** Default: murmur2 of the key, as Kafka's default partitioner. A stage names the partition it read. */
  partition?: number
}>

export type Position = Readonly<{ topic: string; partition: number; offset: number }>

export type LogRecord = Readonly<{
  topic: string
  partition: number
  offset: number
  /** When the log took the record, epoch milliseconds. */
  timestamp: number
  key: string
  /** Shared by all readers of the process: not to be written to. */
  value: Uint8Array | null
  headers: Headers
}>

/**
 * Where a tail begins: with the oldest record kept, after the newest, or at named offsets. Below the oldest it begins with the oldest;
 * beyond the end the tail is refused with `log-corrupt`, since records that somebody read must have been lost.
 */
export type TailStart = 'begin' | 'end' | ((topic: string, partition: number) => number)

export type TailOptions = Readonly<{
  topics: readonly string[]
  from: TailStart
  /** Nobody waits for single records: while they keep coming, they may be so many milliseconds late, together. Default 0. */
  gatherMs?: number
  /** Records of one partition in order, each once. The next batch of the partition waits for the promise. */
  onRecords: (records: readonly LogRecord[]) => void | Promise<void>
  /** A fault that ended the tail. */
  onError: (error: Error) => void
}>

export interface Tail {
  /** Resolves when everything up to the ends as they were at the beginning is delivered and handled; rejects if the tail ends before. */
  readonly caughtUp: Promise<void>
  /** Next offset to be delivered; everything below it is handled. */
  position(topic: string, partition: number): number
  /** Resolves when the batches under way are done, so not to be awaited by onRecords; nothing is delivered after. */
  stop(): Promise<void>
}

export type JoinOptions = Readonly<{
  group: string
  topic: string
  /** As with a tail. Default 0. */
  gatherMs?: number
  /**
   * Records may come before they are durable; only on the embedded engine, which writes everything in the order of the appends, so that what is
   * appended because of a record is never durable without it. For whoever does nothing with them but append, and keeps nothing of them before `durable`.
   * A record whose append was refused as unavailable may have come, too; then it becomes durable later, or `onError` is called. Default false.
   */
  ahead?: boolean
  /**
   * A partition stays with whoever holds it, whatever the members are called; only on Kafka, where one with a name has the partitions again that it had. For
   * work that leaves nothing behind where it was done. Default false.
   */
  staysWithHolder?: boolean
  /** A partition is ours: answers the offset to begin at, or null for the committed one (or the beginning). One beyond the end is a fault, `log-corrupt`. */
  onAssigned: (partition: number) => Promise<number | null>
  /** Records in order. The next batch of the partition waits for the promise (back-pressure). */
  onRecords: (partition: number, records: readonly LogRecord[]) => Promise<void>
  /** The partition is about to be given up: finish and save before the promise resolves. Not called for a partition whose onRecords failed. */
  onRevoked: (partition: number) => Promise<void>
  /** A fault that ended the membership; the owner decides whether the process ends. */
  onError: (error: Error) => void
}>

export interface Member {
  /** Records that everything below `nextOffset` is done; never goes back. */
  commit(partition: number, nextOffset: number): Promise<void>
  /** Resolves when every record of a partition below the offset is durable; rejects when one that has come never will be. */
  durable(partition: number, offset: number): Promise<void>
  /**
   * Whether nobody else can have the partition now: from onAssigned until onRevoked is done, and not while that cannot be known, as in
   * a process that was stopped for a while. For what is done outside of the log, where a late commit would not be refused.
   */
  holds(partition: number): boolean
  /** Waits for the batches under way (so not to be awaited by onRecords), gives up every partition (onRevoked) and leaves. */
  stop(): Promise<void>
}

/**
 * An ordered, durable, partitioned log: the one port through which services meet.
 * Drivers: sqlite (embedded), kafka, memory (tests). All pass the suite in `@watchword/event-log/contract`.
 */
export interface EventLog {
  readonly topics: ReadonlyMap<string, TopicConfig>
  partitionFor(topic: string, key: string): number
  /**
   * Resolves with the positions, in order, when every record is durable.
   * Rejects with a LogError (`retryable` tells whether the same call may be tried again); on the embedded engine none of the records
   * is then readable, unless a member that reads ahead has seen one of them, or one behind them in a partition: then they are written as soon as the
   * log can, as when an acknowledgement was lost.
   */
  append(records: readonly AppendRecord[]): Promise<readonly Position[]>
  /** First offset kept, by partition. */
  begins(topic: string): Promise<readonly number[]>
  /** Where what is durable ends, by partition: the offset that the next record will get where nothing is being appended. */
  ends(topic: string): Promise<readonly number[]>
  /** Up to `limit` records from `offset` on; compacted topics have gaps. */
  read(topic: string, partition: number, offset: number, limit: number): Promise<readonly LogRecord[]>
  /**
   * What the members of a group have committed on a topic, by partition: the next offset, null where nobody ever committed.
   * Answered at a moment after it was asked; whoever asks needs not be a member.
   */
  committed(group: string, topic: string): Promise<readonly (number | null)[]>
  tail(options: TailOptions): Promise<Tail>
  join(options: JoinOptions): Promise<Member>
  /** Gives up every membership and tail, finishes the appends asked for, and lets go of what it has open. */
  close(): Promise<void>
}
