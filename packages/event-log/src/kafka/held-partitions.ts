import type { JoinOptions } from '../event-log.ts'
import { LogError } from '../log-error.ts'
import { kafkaFaultOf } from './kafka-fault.ts'
import type { FetchLoop } from './fetch-loop.ts'
import type { Lease } from './lease.ts'
import type { OffsetQueries } from './offset-queries.ts'
import { createPartitionReader, type PartitionReader } from './partition-reader.ts'
import { createBackoff, pause } from './pause.ts'

type Held = {
  reader: PartitionReader | null
  /** It has begun to be given up. */
  ending: boolean
  /** The group has given it to others, or may have. */
  lost: boolean
  /** Its reader broke: what was being done is in doubt and must not be saved. */
  inDoubt: boolean
}

export type HeldPartitionsDeps = Readonly<{
  topic: string
  fetching: FetchLoop
  offsets: OffsetQueries
  committed: (partitions: readonly number[]) => Promise<ReadonlyMap<number, number>>
  startCommitsAt: (partition: number, nextOffset: number) => void
  lease: Lease
  /** The last of those being given up is free: the group may hand it on. */
  onGivenUp: () => void
  onFault: (cause: unknown) => void
}>

const never = new AbortController().signal

/** The partitions of one member, each between `onAssigned` and the end of `onRevoked`. */
export interface HeldPartitions {
  /** What the group gives: takes up what is new, gives up what is not in it. */
  take(assigned: readonly number[]): void
  /** Everything is lost at once: nothing more is delivered or committed. */
  lose(): void
  /** Gives everything up for good. */
  release(): Promise<void>
  /** What is held and not lost. */
  claims(): readonly number[]
  /** Not lost, and not given up yet. */
  holds(partition: number): boolean
}

export function createHeldPartitions(options: JoinOptions, deps: HeldPartitionsDeps): HeldPartitions {
  const all = new Map<number, Held>()
  const beginnings = new Map<Held, Promise<void>>()
  let wanted: ReadonlySet<number> = new Set()
  let released = false
  /** Something was given up that the group still takes for ours. */
  let handOn = false
  let settled = Promise.withResolvers<void>()

  async function begin(partition: number, held: Held, committed: Promise<ReadonlyMap<number, number>>): Promise<void> {
    const named = await options.onAssigned(partition)
    const resume = (await committed).get(partition)
    if (resume !== undefined) deps.startCommitsAt(partition, resume)
    const start = await outlasting(held, () => checkStart(partition, named ?? resume ?? null))
    if (held.ending) return
    const reader: PartitionReader = createPartitionReader(
      deps.topic,
      partition,
      start,
      {
        onRecords: (records) => options.onRecords(partition, records),
        onMoved: () => undefined,
        mayDeliver: () => deps.lease.wait(() => !held.ending && !held.lost),
        onFault(cause) {
          held.inDoubt = true
          fail(cause)
        },
      },
      () => deps.fetching.wake(),
    )
    held.reader = reader
    deps.fetching.add(reader)
  }

  /** An outage is waited out, as long as the partition is this member's. */
  async function outlasting<Answer>(held: Held, question: () => Promise<Answer>): Promise<Answer> {
    const backoff = createBackoff()
    for (;;) {
      try {
        return await question()
      } catch (error) {
        const passes = error instanceof LogError && error.retryable && kafkaFaultOf(error) !== 'permanent'
        if (!passes || held.ending) throw error
        await pause(backoff.next(), never)
      }
    }
  }

  async function checkStart(partition: number, start: number | null): Promise<number> {
    const begins = await deps.offsets.begins(deps.topic)
    const ends = await deps.offsets.ends(deps.topic)
    const first = begins[partition] ?? 0
    const end = ends[partition] ?? 0
    if (start === null) return first
    if (Number.isSafeInteger(start) && start >= 0 && start <= end) return Math.max(start, first)
    throw new LogError('log-corrupt', `${deps.topic}-${partition} ends at ${end}, a reader wants to begin at ${start}`)
  }

  async function takeUp(partition: number, committed: Promise<ReadonlyMap<number, number>>): Promise<void> {
    const held: Held = { reader: null, ending: false, lost: false, inDoubt: false }
    all.set(partition, held)
    const beginning = begin(partition, held, committed)
    beginnings.set(held, beginning)
    try {
      await beginning
    } catch (error) {
      // Given up before it was read, there is nothing to doubt.
      if (held.ending) return
      held.inDoubt = true
      fail(error)
    }
  }

  async function giveUp(partition: number, held: Held): Promise<void> {
    held.ending = true
    // Its reader may be waiting for the lease.
    deps.lease.renewed()
    if (held.reader !== null) deps.fetching.remove(held.reader)
    await beginnings.get(held)?.catch(() => undefined)
    beginnings.delete(held)
    await held.reader?.stop()
    if (!held.inDoubt) {
      try {
        await options.onRevoked(partition)
      } catch (error) {
        fail(error)
      }
    }
    all.delete(partition)
    handOn ||= !held.lost
    if ([...all.values()].every(({ ending }) => !ending)) settle()
  }

  function settle(): void {
    if (released) return settled.resolve()
    reconcile()
    if (handOn) deps.onGivenUp()
    handOn = false
  }

  function reconcile(): void {
    const fresh = [...wanted].filter((partition) => !all.has(partition))
    if (fresh.length > 0) {
      const committed = deps.committed(fresh)
      // Each partition hears of its failure by itself.
      committed.catch(() => undefined)
      for (const partition of fresh) void takeUp(partition, committed)
    }
    for (const [partition, held] of all) {
      if (!held.ending && !wanted.has(partition)) void giveUp(partition, held)
    }
  }

  function fail(cause: unknown): void {
    // Nothing more is delivered by any of them.
    for (const { reader } of all.values()) void reader?.stop()
    deps.onFault(cause)
  }

  return {
    take(assigned) {
      if (released) return
      wanted = new Set(assigned)
      reconcile()
    },
    lose() {
      wanted = new Set()
      for (const held of all.values()) held.lost = true
      reconcile()
    },
    release() {
      if (!released) {
        released = true
        wanted = new Set()
        reconcile()
        if (all.size === 0) settled.resolve()
      }
      return settled.promise
    },
    claims: () => [...all].filter(([, { lost }]) => !lost).map(([partition]) => partition),
    holds(partition) {
      const held = all.get(partition)
      return held !== undefined && !held.lost
    },
  }
}
