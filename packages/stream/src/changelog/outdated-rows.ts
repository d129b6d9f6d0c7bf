import type { FoundRow } from './read-changelog.ts'

/** A row that has to be written again, good for every input below `version`. */
export type RowAgain = Readonly<{ key: string; version: number; value: Uint8Array | null }>

/** What a local state says of a row, and up to which input; version -1 when there is none. */
export type KnownRow = Readonly<{ version: number; value: () => Uint8Array | null }>

/** The rows of which an older version stands last, which is the one that compaction would keep. */
export function outdatedRows(
  found: ReadonlyMap<string, FoundRow>,
  known: (key: string) => KnownRow,
): readonly RowAgain[] {
  const again: RowAgain[] = []
  for (const [key, { version, value, last }] of found) {
    const own = known(key)
    if (last >= Math.max(version, own.version)) continue
    again.push(version >= own.version ? { key, version, value } : { key, version: own.version, value: own.value() })
  }
  return again
}
