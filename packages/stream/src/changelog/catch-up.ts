import type { LogRecord } from '@watchword/event-log'
import { boundsOf } from '../read-range.ts'
import type { ChangedRow, Followed, SavedPosition, StateStore } from '../state-store.ts'
import { readEntry } from './changelog-record.ts'
import { type ChangelogSource, restoreState } from './read-changelog.ts'

/** Where a changelog ended, and when that was asked, epoch milliseconds. */
export type ChangelogEnd = Readonly<{ end: number; at: number }>

export type CatchUp = Readonly<{
  local: StateStore
  source: ChangelogSource
  upTo: ChangelogEnd
  /** How long the changelog shows that a row was forgotten, milliseconds: what was followed longer ago is read anew. */
  tombstoneRetentionMs: number
  /** Waits until a state may be read as a whole. */
  atOnce: <Answer>(work: () => Promise<Answer>) => Promise<Answer>
  onRead: (records: number, ofRecords: number) => void
}>

const readLimit = 2000

/** Of a changelog that is not taken for the state unless it is further. */
export const nothingKnown: Followed = { offset: Number.MAX_SAFE_INTEGER, at: 0, late: [] }

/**
 * Brings a local state as far as the changelog is: with the rest of it, or with all of it where it is not known what of it the state has.
 * False when the changelog has no state that is as far as the local one, which stays as it is.
 */
export async function catchUp(about: CatchUp): Promise<boolean> {
  const { local, source, upTo, tombstoneRetentionMs } = about
  const followed = local.position(source.partition)?.followed
  const isKnown = followed !== undefined && upTo.at < followed.at + tombstoneRetentionMs && followed.offset <= upTo.end
  if (isKnown) {
    // Now and then it is noted that there is nothing new.
    if (followed.offset === upTo.end && upTo.at < followed.at + tombstoneRetentionMs / 2) return true
    if (await follow(about, followed)) return true
  }
  return about.atOnce(() => rebuild(about))
}

/** False when the changelog had to be said anew meanwhile: it had lost records, of which the state may have missed some. */
async function follow({ local, source, upTo, onRead }: CatchUp, followed: Followed): Promise<boolean> {
  const { partition } = source
  let read = 0
  let { offset } = followed
  for (;;) {
    const { records, next } = await readUpTo(source, offset, upTo.end)
    // Before the end it is as old as it was: what was forgotten further on may be forgotten for long.
    const { at } = next < upTo.end ? followed : upTo
    const saved = local.position(partition)
    const applied = saved && apply(saved, records, source.layouts)
    if (applied === undefined) return false
    const { position, rows, late } = applied
    await local.save({ partition, position: { ...position, followed: { offset: next, at, late } }, rows })
    read += records.length
    onRead(read, upTo.end - followed.offset)
    if (next === offset || next === upTo.end) return true
    offset = next
  }
}

/** Where there is nothing to read before the end, a new leader may not show it yet, so reading goes on from there. */
async function readUpTo({ log, topic, partition }: ChangelogSource, from: number, end: number) {
  const found = from < end ? await log.read(topic, partition, from, readLimit) : []
  const next = Math.min(end, (found.at(-1)?.offset ?? from - 1) + 1)
  return { records: found.filter(({ offset }) => offset < end), next }
}

type Applied = Readonly<{ position: SavedPosition; rows: Iterable<ChangedRow>; late: readonly string[] }>

/** A state with the next records of its changelog in it; undefined when they are of another edition. */
function apply(saved: SavedPosition, records: readonly LogRecord[], layouts: readonly string[]): Applied | undefined {
  let position = saved
  const ahead = new Map(Object.entries(saved.ahead ?? {}))
  const late = new Set(saved.followed?.late)
  const rows = new Map<string, Uint8Array | null>()
  for (const record of records) {
    const entry = readEntry(record, layouts)
    if (entry === undefined) continue
    if (entry.kind === 'position') {
      if (entry.version < position.nextOffset) continue
      if (entry.position.edition !== saved.edition) return undefined
      position = entry.position
    } else if (entry.version >= Math.max(position.nextOffset, ahead.get(entry.key) ?? 0)) {
      rows.set(entry.key, entry.value)
      ahead.set(entry.key, entry.version)
      late.delete(entry.key)
    } else {
      late.add(entry.key)
    }
  }
  for (const [key, until] of ahead) if (until <= position.nextOffset) ahead.delete(key)
  return { position: { ...position, ahead: Object.fromEntries(ahead) }, rows, late: [...late] }
}

async function rebuild({ local, source, upTo, onRead }: CatchUp): Promise<boolean> {
  const { partition } = source
  const { begin } = await boundsOf(source)
  const restored = await restoreState(source, { begin, end: upTo.end }, (records) => onRead(records, upTo.end - begin))
  const kept = local.position(partition)
  // Where the end that was known is lost, so may be rows of what is there.
  const isLost = kept?.followed !== undefined && kept.followed.offset > upTo.end
  const needed = (kept?.nextOffset ?? 0) + (isLost ? 1 : 0)
  if (restored === undefined || restored.position.nextOffset < needed) {
    // What is written there from now on begins at the lost end: to go on from the known one later would leave it out.
    if (kept !== undefined && isLost)
      await local.save({ partition, position: { ...kept, followed: nothingKnown }, rows: [] })
    return false
  }
  const late = [...restored.found].flatMap(([key, { version, last }]) => (last < version ? [key] : []))
  await local.forget(partition)
  const followed = { offset: restored.end, at: upTo.at, late }
  // In the order of a file: otherwise each row is put in between others, and pages are written again and again.
  const rows = [...restored.rows].toSorted(([one], [other]) => (one < other ? -1 : 1))
  await local.save({ partition, position: { ...restored.position, followed }, rows })
  return true
}
