import { type AppendRecord, type LogRecord, versionHeader, versionOf } from '@watchword/event-log'
import type { ChangedRow, SavedPosition } from '../state-store.ts'

/** Who wrote a record of a changelog: a random name for each time a process opens its state. */
export const writerHeader = 'ww-writer'
/** The layout of the rows; records of another one are not read. */
export const layoutHeader = 'ww-layout'

const positionKey = 'position'
const rowPrefix = 'row:'

/** Where the records of one save go, and what they carry. */
export type ChangelogPlace = Readonly<{ topic: string; partition: number; writer: string; layout: string }>

/** A row good for every input below `version`, or where a whole save stands; null is a row that was forgotten. */
export type ChangelogEntry = Readonly<{ version: number; offset: number; writer: string | undefined }> &
  (
    | Readonly<{ kind: 'row'; key: string; value: Uint8Array | null }>
    | Readonly<{ kind: 'position'; position: SavedPosition }>
  )

export function rowRecord(place: ChangelogPlace, [key, value]: ChangedRow, version: number): AppendRecord {
  return recordOf(place, rowPrefix + key, value, version)
}

export function positionRecord(place: ChangelogPlace, position: SavedPosition): AppendRecord {
  return recordOf(place, positionKey, Buffer.from(JSON.stringify(position)), position.nextOffset)
}

/** What a record of a changelog says; undefined for one of another layout. Throws a SyntaxError for a position that cannot be read. */
export function readEntry(record: LogRecord, layout: string): ChangelogEntry | undefined {
  const { headers, key, value, offset } = record
  if (headers[layoutHeader] !== layout) return undefined
  const about = { version: versionOf(headers, offset), offset, writer: headers[writerHeader] }
  if (key.startsWith(rowPrefix)) return { ...about, kind: 'row', key: key.slice(rowPrefix.length), value }
  if (key !== positionKey || value === null) return undefined
  return { ...about, kind: 'position', position: JSON.parse(Buffer.from(value).toString()) as SavedPosition }
}

function recordOf(place: ChangelogPlace, key: string, value: Uint8Array | null, version: number): AppendRecord {
  const { topic, partition, writer, layout } = place
  const headers = { [versionHeader]: String(version), [writerHeader]: writer, [layoutHeader]: layout }
  return { topic, partition, key, value, headers }
}
