import type { AppendRecord, EventLog } from '@watchword/event-log'
import { type Clock, nextTurn } from '../clock.ts'
import { boundsOf, readRange } from '../read-range.ts'
import type { ChangedRow, Followed, PartitionSave, SavedPosition, StateStore } from '../state-store.ts'
import { StreamError } from '../stream-error.ts'
import { catchUp, type ChangelogEnd, nothingKnown } from './catch-up.ts'
import { type ChangelogPlace, positionRecord, readEntry, rowRecord } from './changelog-record.ts'
import { type ChangelogSource, newestPosition, restoreState } from './read-changelog.ts'
import { type StandbyProgress, startStandby } from './standby.ts'
import { createTurns } from '../turns.ts'

export type ChangelogOptions = Readonly<{
  /** Compacted, with as many partitions as the input of the stage. */
  topic: string
  /** `stateVersion` of the stage: rows of another layout are not restored. */
  stateVersion: string
  /** `readableVersions` of the stage: rows of these layouts are restored as well. */
  readableVersions?: readonly string[]
  /** A name that no other process uses, nor this one after a restart. */
  writer: string
  /** How often the changelog of a partition without saves is looked at for what others wrote into it; 60 000 ms by default. */
  repairEveryMs?: number
  /** How often the states of partitions that others hold are brought up, to be taken over at once; never by default. */
  standbyEveryMs?: number
}>

/** How a restore goes on, for the log and the metrics. */
export type RestoreProgress = Readonly<{ partition: number; records: number; ofRecords: number; done: boolean }>

export type ChangelogDeps = Readonly<{
  log: EventLog
  clock: Clock
  /** A partition is taken over: what of its changelog had to be read for that. */
  onRestoring: (progress: RestoreProgress) => void
  /** Rows that another process had written over late, and that were written again. */
  onRepaired: (partition: number, rows: number) => void
  /** A look that failed; the next one is made in its time. */
  onRepairFailed: (error: unknown) => void
  onFollowed: (progress: StandbyProgress) => void
  onFollowFailed: (error: unknown) => void
}>

/** A partition that is folded here. */
type Held = {
  /** Everything below is ours or was looked at. */
  seen: number
  /** Rows that others wrote, with their versions, until they are written again: above ours, it is this process that came late. */
  readonly foreign: Map<string, number>
  /** How often the changelog was found to have lost something, or not to have the state at all. */
  losses: number
  /** The count of losses after which all of the state was said again. */
  saidAfter: number
}

const sliceRows = 500

/** States that are read as a whole at once: each is in memory until it is saved, and one is saved while the next is read. */
const restoresAtOnce = 4

/**
 * A local state that is also kept in a compacted topic, from which another machine takes it over. A save goes to the topic first and to
 * the local state then, so that the local one is never further; whoever takes a partition over brings it as far first, so that nothing older
 * is written after something newer. Every record carries the input offset that it is good for; readers keep the highest. Compaction keeps the
 * latest instead, so what a process writes after it lost the partition is found and written again: by the owner of the time, or by the next one.
 */
export function withChangelog(local: StateStore, options: ChangelogOptions, deps: ChangelogDeps): StateStore {
  const { log, clock } = deps
  const held = new Map<number, Held>()
  const { inTurn, settled } = createTurns()
  const restores = createTurns()
  const layouts = [options.stateVersion, ...(options.readableVersions ?? [])]
  const tombstoneRetentionMs = log.topics.get(options.topic)?.tombstoneRetentionMs ?? 0
  let editions = 0
  let closed = false
  let cancelRepairs = repairLater()
  const standby =
    options.standbyEveryMs === undefined
      ? undefined
      : startStandby({
          log,
          clock,
          topic: options.topic,
          everyMs: options.standbyEveryMs,
          local,
          sourceOf,
          bringUp,
          inTurn,
          isHeld: (partition) => held.has(partition),
          onFollowed: deps.onFollowed,
          onFailed: deps.onFollowFailed,
        })

  function sourceOf(partition: number): ChangelogSource {
    return { log, topic: options.topic, partition, layouts }
  }

  function placeOf(partition: number): ChangelogPlace {
    return { topic: options.topic, partition, writer: options.writer, layout: options.stateVersion }
  }

  /** One thing after the other for each partition. */
  function bringUp(partition: number, upTo: ChangelogEnd, onRead: (records: number, ofRecords: number) => void) {
    const atOnce = <Answer>(work: () => Promise<Answer>) => restores.inTurn(partition % restoresAtOnce, work)
    return catchUp({ local, source: sourceOf(partition), upTo, tombstoneRetentionMs, atOnce, onRead })
  }

  async function prepare(partition: number): Promise<void> {
    const at = clock.now()
    const bounds = await boundsOf(sourceOf(partition))
    let [read, of] = [0, 0]
    const isAsFar = await bringUp(partition, { end: bounds.end, at }, (records, ofRecords) => {
      ;[read, of] = [records, ofRecords]
      deps.onRestoring({ partition, records, ofRecords, done: false })
    })
    deps.onRestoring({ partition, records: read, ofRecords: of, done: true })
    // Nobody else writes these again any more.
    const position = local.position(partition)
    const late = position?.followed?.late ?? []
    const isWhole = isAsFar && (await newestPosition(sourceOf(partition), bounds)) !== undefined
    const losses = !isWhole && position !== undefined ? 1 : 0
    // What a new leader did not show yet is looked at when something is appended behind it.
    const seen = isAsFar ? (position?.followed?.offset ?? bounds.end) : bounds.end
    const about = { seen, foreign: new Map(late.map((key) => [key, 0])), losses, saidAfter: 0 }
    held.set(partition, about)
    await mend(partition, about)
  }

  async function save({ partition, position, rows }: PartitionSave): Promise<void> {
    const at = clock.now()
    const place = placeOf(partition)
    const edition = local.position(partition)?.edition
    const said = edition === undefined ? position : { ...position, edition }
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
    const about = held.get(partition)
    // Where something is lost, these rows alone would be taken for a state.
    const isWhole = about === undefined || !isShort(about)
    const least = (about?.seen ?? 0) + slice.length
    await append(partition, isWhole ? [...slice, positionRecord(place, said, least)] : slice)
    const followed = about ? followedBy(partition, about, at) : nothingKnown
    await local.save({ partition, position: { ...said, followed }, rows: kept })
    if (about !== undefined) await mend(partition, about)
  }

  function followedBy(partition: number, about: Held, at: number): Followed {
    if (isShort(about)) return nothingKnown
    if (about.foreign.size === 0) return { offset: about.seen, at, late: [] }
    // What is not written again yet counts as not read, and what others are further with is not in the rows.
    return local.position(partition)?.followed ?? nothingKnown
  }

  /** Appends, and notes what others wrote since the last look. */
  async function append(partition: number, records: readonly AppendRecord[]): Promise<void> {
    if (records.length === 0) return
    const positions = await log.append(records)
    const end = (positions.at(-1)?.offset ?? -1) + 1
    const about = held.get(partition)
    if (about === undefined) return
    // Nothing takes offsets back but the loss of records.
    if ((positions[0]?.offset ?? 0) < about.seen) about.losses += 1
    // As many offsets as records: nobody came in between.
    if (end - about.seen === records.length) about.seen = end
    else await look(partition, about, end)
  }

  async function look(partition: number, about: Held, end: number): Promise<void> {
    if (end < about.seen) about.losses += 1
    about.seen = Math.min(about.seen, end)
    for await (const record of readRange(sourceOf(partition), about.seen, end)) {
      about.seen = record.offset + 1
      const entry = readEntry(record, layouts)
      if (entry?.kind !== 'row' || entry.writer === options.writer) continue
      about.foreign.set(entry.key, Math.max(entry.version, about.foreign.get(entry.key) ?? 0))
    }
  }

  /** Makes the changelog what it has to be: whole, and the newest of each row the last. */
  async function mend(partition: number, about: Held): Promise<void> {
    const position = local.position(partition)
    if (position === undefined) return
    if (isShort(about)) await sayAll(partition, about, position)
    await sayAgain(partition, about, position)
  }

  /** The changelog has lost what it had, or never had it: changes alone would be taken for the whole state. */
  async function sayAll(partition: number, about: Held, kept: SavedPosition): Promise<void> {
    // Until all of it is said, what is there must not be taken for the state, whatever its end.
    await local.save({ partition, position: { ...kept, followed: nothingKnown }, rows: [] })
    const at = clock.now()
    const { losses } = about
    const source = sourceOf(partition)
    const place = placeOf(partition)
    const there = await restoreState(source, await boundsOf(source), () => undefined)
    const gone = [...(there?.rows.keys() ?? [])].filter((key) => local.read(partition, key) === undefined)
    let slice = gone.map((key) => rowRecord(place, [key, null], versionIn(kept, key)))
    for (const row of local.rows(partition)) {
      slice.push(rowRecord(place, row, versionIn(kept, row[0])))
      if (slice.length < sliceRows) continue
      await append(partition, slice)
      slice = []
    }
    // Whoever followed what was there before has to read all of it anew.
    editions += 1
    const position = { ...kept, edition: `${options.writer}-${editions}` }
    // Another loss meanwhile may be of what was just said: nothing of it is taken for the state, and the next look begins again.
    if (about.losses === losses)
      await append(partition, [...slice, positionRecord(place, position, about.seen + slice.length)])
    if (about.losses > losses) return
    about.saidAfter = losses
    await local.save({ partition, position: { ...position, followed: followedBy(partition, about, at) }, rows: [] })
  }

  /** Says again what is saved of the rows of others, unless they are further: then it is this process that came late. */
  async function sayAgain(partition: number, { foreign }: Held, position: SavedPosition): Promise<void> {
    const place = placeOf(partition)
    const again = [...foreign].filter(([key, theirs]) => theirs <= versionIn(position, key))
    for (let from = 0; from < again.length; from += sliceRows) {
      const slice = again.slice(from, from + sliceRows)
      await log.append(
        slice.map(([key]) => {
          const row: ChangedRow = [key, local.read(partition, key) ?? null]
          return rowRecord(place, row, versionIn(position, key))
        }),
      )
      // Not before: one that could not be written again is still to be.
      for (const [key] of slice) foreign.delete(key)
    }
    if (again.length > 0) deps.onRepaired(partition, again.length)
  }

  async function repair(partition: number): Promise<void> {
    const about = held.get(partition)
    if (about === undefined) return
    const { end } = await boundsOf(sourceOf(partition))
    await look(partition, about, end)
    await mend(partition, about)
  }

  async function repairAll(): Promise<void> {
    try {
      await Promise.all([...held.keys()].map((partition) => inTurn(partition, () => repair(partition))))
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
    prepare: (partition) => inTurn(partition, () => prepare(partition)),
    save: (wanted) => inTurn(wanted.partition, () => save(wanted)),
    forget(partition) {
      // The local state is never further than the changelog, so the input has lost an end that the changelog knows.
      const message = `the changelog ${options.topic}-${partition} is further than the input of its stage`
      return Promise.reject(new StreamError('state-unrecoverable', message))
    },
    async release(partition) {
      await inTurn(partition, async () => held.delete(partition))
      await local.release(partition)
    },
    condemn: () => local.condemn(),
    async close() {
      closed = true
      cancelRepairs()
      await standby?.stop()
      await settled()
      await local.close()
    },
  }
}

/** Whether the changelog has not got the whole state. */
function isShort({ losses, saidAfter }: Held): boolean {
  return losses > saidAfter
}

/** Up to which input the row of a state is good. */
function versionIn({ ahead, nextOffset }: SavedPosition, key: string): number {
  return ahead !== undefined && Object.hasOwn(ahead, key) ? (ahead[key] ?? nextOffset) : nextOffset
}
