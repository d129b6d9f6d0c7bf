import type { AppendRecord, EventLog } from '@watchword/event-log'
import { type Clock, nextTurn } from '../clock.ts'
import { boundsOf, readRange } from '../read-range.ts'
import type { ChangedRow, PartitionSave, StateStore } from '../state-store.ts'
import { StreamError } from '../stream-error.ts'
import { type ChangelogPlace, positionRecord, readEntry, rowRecord } from './changelog-record.ts'
import { type ChangelogSource, newestPosition, restoreState } from './read-changelog.ts'

export type ChangelogOptions = Readonly<{
  /** Compacted, with as many partitions as the input of the stage. */
  topic: string
  /** `stateVersion` of the stage: rows of another layout are not restored. */
  stateVersion: string
  /** A name that no other process uses, nor this one after a restart. */
  writer: string
  /** A local state that is so many inputs behind is folded on instead of restored; 10 000 by default. */
  reuseWithinRecords?: number
  /** How often the changelog of a partition without saves is looked at for what others wrote into it; 60 000 ms by default. */
  repairEveryMs?: number
}>

/** How a restore goes on, for the log and the metrics. */
export type RestoreProgress = Readonly<{ partition: number; records: number; ofRecords: number; done: boolean }>

export type ChangelogDeps = Readonly<{
  log: EventLog
  clock: Clock
  onRestoring: (progress: RestoreProgress) => void
  /** Rows that another process had written over late, and that were written again. */
  onRepaired: (partition: number, rows: number) => void
  /** A look that failed; the next one is made in its time. */
  onRepairFailed: (error: unknown) => void
}>

const sliceRows = 500

/**
 * A local state that is also kept in a compacted topic, from which another machine takes it over. A save goes to the topic first and to
 * the local state then, so that the local one is never further. Every record carries the input offset that it is good for; readers keep the
 * highest. Compaction keeps the latest instead, so what a process writes after it lost the partition is found and written again.
 */
export function withChangelog(local: StateStore, options: ChangelogOptions, deps: ChangelogDeps): StateStore {
  const { log, clock } = deps
  const reuseWithin = options.reuseWithinRecords ?? 10_000
  /** By held partition: everything below is ours or was looked at. */
  const seen = new Map<number, number>()
  /** By held partition: rows that others wrote late, with their versions, until they are written again. */
  const foreign = new Map<number, Map<string, number>>()
  const turns = new Map<number, Promise<unknown>>()
  let closed = false
  let cancelRepairs = repairLater()

  function sourceOf(partition: number): ChangelogSource {
    return { log, topic: options.topic, partition, layout: options.stateVersion }
  }

  function placeOf(partition: number): ChangelogPlace {
    return { topic: options.topic, partition, writer: options.writer, layout: options.stateVersion }
  }

  /** One thing after the other for each partition. */
  function inTurn<Answer>(partition: number, work: () => Promise<Answer>): Promise<Answer> {
    const done = (turns.get(partition) ?? Promise.resolve()).then(work)
    turns.set(
      partition,
      done.catch(() => undefined),
    )
    return done
  }

  async function prepare(partition: number, begin: number): Promise<void> {
    const source = sourceOf(partition)
    const bounds = await boundsOf(source)
    const kept = local.position(partition)?.nextOffset
    const newest = await newestPosition(source, bounds)
    const behind = (newest?.nextOffset ?? 0) - (kept ?? 0)
    const usable = kept !== undefined && kept >= begin && behind <= reuseWithin
    if (newest !== undefined && !usable && behind > 0) await restore(partition, bounds)
    seen.set(partition, bounds.end)
  }

  async function restore(partition: number, bounds: Readonly<{ begin: number; end: number }>): Promise<void> {
    const ofRecords = bounds.end - bounds.begin
    const tell = (records: number, done: boolean): void => deps.onRestoring({ partition, records, ofRecords, done })
    const restored = await restoreState(sourceOf(partition), bounds, (records) => tell(records, false))
    if (restored === undefined) return
    await local.forget(partition)
    await local.save({ partition, position: restored.position, rows: restored.rows })
    tell(ofRecords, true)
  }

  async function save({ partition, position, rows }: PartitionSave): Promise<void> {
    const place = placeOf(partition)
    const kept: ChangedRow[] = []
    let slice: AppendRecord[] = []
    for (const row of rows) {
      kept.push(row)
      slice.push(rowRecord(place, row, position.nextOffset))
      if (slice.length < sliceRows) continue
      await append(partition, slice)
      slice = []
      await nextTurn()
    }
    await append(partition, [...slice, positionRecord(place, position)])
    await local.save({ partition, position, rows: kept })
    await rewrite(partition)
  }

  /** Appends, and notes the rows that others wrote since the last look. */
  async function append(partition: number, records: readonly AppendRecord[]): Promise<void> {
    const end = ((await log.append(records)).at(-1)?.offset ?? -1) + 1
    const from = seen.get(partition) ?? end - records.length
    // As many offsets as records: nobody came in between.
    if (end - from !== records.length) await noteForeign(partition, from, end)
    seen.set(partition, end)
  }

  async function noteForeign(partition: number, from: number, end: number): Promise<void> {
    const rows = foreign.get(partition) ?? new Map<string, number>()
    foreign.set(partition, rows)
    for await (const record of readRange(sourceOf(partition), from, end)) {
      const entry = readEntry(record, options.stateVersion)
      if (entry?.kind !== 'row' || entry.writer === options.writer) continue
      rows.set(entry.key, Math.max(entry.version, rows.get(entry.key) ?? 0))
    }
  }

  /** Says again what is saved of these rows, unless another writer is further: then it is this one that came late. */
  async function rewrite(partition: number): Promise<void> {
    const position = local.position(partition)
    if (position === undefined) return
    const versionNow = (key: string): number => position.ahead?.[key] ?? position.nextOffset
    const keys = [...(foreign.get(partition) ?? [])]
      .filter(([key, version]) => version <= versionNow(key))
      .map(([key]) => key)
    for (let from = 0; from < keys.length; from += sliceRows) {
      const slice = keys.slice(from, from + sliceRows)
      await log.append(
        slice.map((key) => {
          const row: ChangedRow = [key, local.read(partition, key) ?? null]
          return rowRecord(placeOf(partition), row, versionNow(key))
        }),
      )
    }
    // Not before: one that could not be written again is still to be.
    foreign.delete(partition)
    if (keys.length > 0) deps.onRepaired(partition, keys.length)
  }

  async function repair(partition: number): Promise<void> {
    const from = seen.get(partition)
    if (from === undefined) return
    const { end } = await boundsOf(sourceOf(partition))
    await noteForeign(partition, from, end)
    seen.set(partition, Math.max(from, end))
    await rewrite(partition)
  }

  async function repairAll(): Promise<void> {
    try {
      await Promise.all([...seen.keys()].map((partition) => inTurn(partition, () => repair(partition))))
    } catch (error) {
      deps.onRepairFailed(error)
    }
    if (!closed) cancelRepairs = repairLater()
  }

  function repairLater(): () => void {
    return clock.after(options.repairEveryMs ?? 60_000, () => void repairAll())
  }

  return {
    position: (partition) => local.position(partition),
    read: (partition, key) => local.read(partition, key),
    rows: (partition) => local.rows(partition),
    prepare: (partition, begin) => inTurn(partition, () => prepare(partition, begin)),
    save: (wanted) => inTurn(wanted.partition, () => save(wanted)),
    forget(partition) {
      // The local state is never further than the changelog, so the input has lost an end that the changelog knows.
      const message = `the changelog ${options.topic}-${partition} is further than the input of its stage`
      return Promise.reject(new StreamError('state-unrecoverable', message))
    },
    async release(partition) {
      await inTurn(partition, async () => {
        seen.delete(partition)
        foreign.delete(partition)
      })
      await local.release(partition)
    },
    condemn: () => local.condemn(),
    async close() {
      closed = true
      cancelRepairs()
      await Promise.all(turns.values())
      await local.close()
    },
  }
}
