import { type LogPlace, readRange } from '../read-range.ts'
import type { SavedPosition } from '../state-store.ts'
import { type ChangelogRow, readEntry } from './changelog-record.ts'

const readLimit = 2000

export type ChangelogSource = LogPlace & Readonly<{ layouts: readonly string[] }>

/** A row as its newest version has it; `last` is the version of the record that stands last, which compaction would keep. */
export type FoundRow = Readonly<{ version: number; value: Uint8Array | null; last: number }>

/** A state as a changelog has it. Rows above `position.nextOffset` stand in `position.ahead`. */
export type RestoredState = Readonly<{
  position: SavedPosition
  rows: ReadonlyMap<string, Uint8Array>
  found: ReadonlyMap<string, FoundRow>
  /** Everything below was read. */
  end: number
}>

/** The newest saved position near the end; undefined when there is none at all. Reads back until it meets one. */
export async function newestPosition(
  source: ChangelogSource,
  { begin, end }: Readonly<{ begin: number; end: number }>,
): Promise<SavedPosition | undefined> {
  for (let upTo = end; upTo > begin; upTo -= readLimit) {
    let newest: SavedPosition | undefined
    for await (const record of readRange(source, Math.max(begin, upTo - readLimit), upTo)) {
      const entry = readEntry(record, source.layouts)
      if (entry?.kind !== 'position') continue
      if (newest === undefined || entry.version >= newest.nextOffset) newest = entry.position
    }
    if (newest !== undefined) return newest
  }
  return undefined
}

/**
 * The whole state, the highest version of each key; undefined when no save was finished. `onRead` hears how many records were read.
 * A writer that died within a save leaves rows that are further than the position: inputs below are in them already.
 */
export async function restoreState(
  source: ChangelogSource,
  { begin, end }: Readonly<{ begin: number; end: number }>,
  onRead: (records: number) => void,
): Promise<RestoredState | undefined> {
  const found = new Map<string, FoundRow>()
  let position: SavedPosition | undefined
  let read = 0
  let next = begin
  for await (const record of readRange(source, begin, end)) {
    read += 1
    next = record.offset + 1
    if (read % readLimit === 0) onRead(read)
    const entry = readEntry(record, source.layouts)
    if (entry === undefined) continue
    if (entry.kind === 'position') {
      if (position === undefined || entry.version >= position.nextOffset) position = entry.position
    } else addRow(found, entry)
  }
  onRead(read)
  if (position === undefined) return undefined
  const rows = new Map<string, Uint8Array>()
  const ahead: Record<string, number> = Object.create(null) as Record<string, number>
  for (const [key, { version, value }] of found) {
    if (value !== null) rows.set(key, value)
    if (version > position.nextOffset) ahead[key] = version
  }
  return { position: { ...position, ahead: { ...position.ahead, ...ahead } }, rows, found, end: next }
}

function addRow(found: Map<string, FoundRow>, { key, version, value }: ChangelogRow): void {
  const known = found.get(key)
  const newer = known === undefined || version >= known.version
  found.set(key, newer ? { version, value, last: version } : { ...known, last: version })
}
