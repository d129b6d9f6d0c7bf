import type { AppendRecord, EventLog } from '@watchword/event-log'
import { type Clock, nextTurn } from '../clock.ts'
import { boundsOf, readRange } from '../read-range.ts'
import type { ChangedRow, PartitionSave, SavedPosition, StateStore } from '../state-store.ts'
import { StreamError } from '../stream-error.ts'
import { type ChangelogPlace, positionRecord, readEntry, rowRecord } from './changelog-record.ts'
import { type KnownRow, outdatedRows, type RowAgain } from './outdated-rows.ts'
import { type ChangelogSource, newestPosition, restoreState, rowsWithin } from './read-changelog.ts'

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

type Bounds = Readonly<{ begin: number; end: number }>

/**
 * A local state that is also kept in a compacted topic, from which another machine takes it over. A save goes to the topic first and to
 * the local state then, so that the local one is never further. Every record carries the input offset that it is good for; readers keep the
 * highest. Compaction keeps the latest instead, so nothing older is written after something newer, and what a process writes after it lost the
 * partition is found and written again: by the owner of the time, or by the next one.
 */
export function withChangelog(local: StateStore, options: ChangelogOptions, deps: ChangelogDeps): StateStore {
  const { log, clock } = deps
  const reuseWithin = options.reuseWithinRecords ?? 10_000
  /** By held partition: everything below is ours or was looked at. */
  const seen = new Map<number, number>()
  /** By held partition: up to there the changelog was when it was taken. What others have saved is not saved again. */
  const saidUpTo = new Map<number, number>()
  /** By held partition: rows that others wrote from some offset on, with their versions, until they are written again. */
  const foreign = new Map<number, Readonly<{ from: number; rows: Map<string, number> }>>()
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
    const kept = local.position(partition)
    const newest = await newestPosition(source, bounds)
    const behind = (newest?.nextOffset ?? 0) - (kept?.nextOffset ?? 0)
    const usable = kept !== undefined && kept.nextOffset >= begin && behind <= reuseWithin
    if (usable && behind <= 0 && (newest === undefined || (kept.changelogEnd ?? 0) > bounds.end))
      await sayAll(partition, kept)
    else if (usable) await mend(partition, kept, bounds)
    else if (newest !== undefined && behind > 0) await restore(partition, bounds)
    saidUpTo.set(partition, newest?.nextOffset ?? 0)
    seen.set(partition, bounds.end)
  }

  /** The changelog has lost what it had, or never had it: changes alone would be taken for the whole state. */
  async function sayAll(partition: number, kept: SavedPosition): Promise<void> {
    const place = placeOf(partition)
    let slice: AppendRecord[] = []
    for (const row of local.rows(partition)) {
      slice.push(rowRecord(place, row, versionIn(kept, row[0])))
      if (slice.length < sliceRows) continue
      await log.append(slice)
      slice = []
    }
    const { changelogEnd: _, ...position } = kept
    await log.append([...slice, positionRecord(place, position)])
  }

  /** Looks at what others wrote since this machine last had the partition. */
  async function mend(partition: number, kept: SavedPosition, { begin, end }: Bounds): Promise<void> {
    const found = await rowsWithin(sourceOf(partition), { begin: Math.max(begin, kept.changelogEnd ?? 0), end })
    const known = (key: string) => ({
      version: versionIn(kept, key),
      value: () => local.read(partition, key) ?? null,
    })
    await sayAgain(partition, outdatedRows(found, known))
  }

  async function restore(partition: number, bounds: Bounds): Promise<void> {
    const ofRecords = bounds.end - bounds.begin
    const tell = (records: number, done: boolean): void => deps.onRestoring({ partition, records, ofRecords, done })
    const restored = await restoreState(sourceOf(partition), bounds, (records) => tell(records, false))
    if (restored === undefined) return
    await sayAgain(partition, outdatedRows(restored.found, unknown))
    await local.forget(partition)
    const position = { ...restored.position, changelogEnd: bounds.end }
    // In the order of a file: otherwise each row is put in between others, and pages are written again and again.
    const rows = [...restored.rows].toSorted(([one], [other]) => (one < other ? -1 : 1))
    await local.save({ partition, position, rows })
    tell(ofRecords, true)
  }

  async function save({ partition, position, rows }: PartitionSave): Promise<void> {
    const from = seen.get(partition)
    // Others have said so much already, and an older row must not stand after theirs.
    if (position.nextOffset < (saidUpTo.get(partition) ?? 0))
      return local.save({ partition, position: withEnd(position, from), rows })
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
    // Until the rows of others are written again, they count as not looked at.
    const end = foreign.get(partition)?.from ?? seen.get(partition)
    await local.save({ partition, position: withEnd(position, end), rows: kept })
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
    for await (const record of readRange(sourceOf(partition), from, end)) {
      const entry = readEntry(record, options.stateVersion)
      if (entry?.kind !== 'row' || entry.writer === options.writer) continue
      const late = foreign.get(partition) ?? { from, rows: new Map<string, number>() }
      late.rows.set(entry.key, Math.max(entry.version, late.rows.get(entry.key) ?? 0))
      foreign.set(partition, late)
    }
  }

  /** Says again what is saved of these rows, unless another writer is further: then it is this one that came late. */
  async function rewrite(partition: number): Promise<void> {
    const position = local.position(partition)
    if (position === undefined) return
    const again: RowAgain[] = []
    for (const [key, theirs] of foreign.get(partition)?.rows ?? []) {
      const version = versionIn(position, key)
      if (theirs <= version) again.push({ key, version, value: local.read(partition, key) ?? null })
    }
    await sayAgain(partition, again)
    // Not before: one that could not be written again is still to be.
    foreign.delete(partition)
  }

  async function sayAgain(partition: number, rows: readonly RowAgain[]): Promise<void> {
    const place = placeOf(partition)
    for (let from = 0; from < rows.length; from += sliceRows) {
      const slice = rows.slice(from, from + sliceRows)
      await log.append(slice.map(({ key, value, version }) => rowRecord(place, [key, value], version)))
    }
    if (rows.length > 0) deps.onRepaired(partition, rows.length)
  }

  async function repair(partition: number): Promise<void> {
    const from = seen.get(partition)
    const isBehind = (local.position(partition)?.nextOffset ?? 0) < (saidUpTo.get(partition) ?? 0)
    if (from === undefined || isBehind) return
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

/** Up to which input the row of a state is good. */
function versionIn(position: SavedPosition, key: string): number {
  return position.ahead?.[key] ?? position.nextOffset
}

function withEnd(position: SavedPosition, changelogEnd: number | undefined): SavedPosition {
  return changelogEnd === undefined ? position : { ...position, changelogEnd }
}

const unknown = (): KnownRow => ({ version: -1, value: () => null })
