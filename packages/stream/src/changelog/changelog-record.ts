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

type EntryHead = Readonly<{ version: number; offset: number; writer: string | undefined }>

/** A row good for every input below `version`; null is a row that was forgotten. */
export type ChangelogRow = EntryHead & Readonly<{ kind: 'row'; key: string; value: Uint8Array | null }>

/** A row, or where a whole save stands. */
export type ChangelogEntry = ChangelogRow | (EntryHead & Readonly<{ kind: 'position'; position: SavedPosition }>)

export function rowRecord(place: ChangelogPlace, [key, value]: ChangedRow, version: number): AppendRecord {
  return recordOf(place, rowPrefix + key, value, version)
}

export function positionRecord(place: ChangelogPlace, saved: SavedPosition): AppendRecord {
  // How far a local state has read is its own affair.
  const { followed: _, ...position } = saved
  return recordOf(place, positionKey, Buffer.from(JSON.stringify(position)), position.nextOffset)
}

/** What a record of a changelog says; undefined for one of another layout, and for a position that nobody of ours can have written. */
export function readEntry(record: LogRecord, layout: string): ChangelogEntry | undefined {
  const { headers, key, value, offset } = record
  if (headers[layoutHeader] !== layout) return undefined
  const about = { version: versionOf(headers, offset), offset, writer: headers[writerHeader] }
  if (key.startsWith(rowPrefix)) return { ...about, kind: 'row', key: key.slice(rowPrefix.length), value }
  const position = key === positionKey && value !== null ? positionIn(value) : undefined
  return position && { ...about, kind: 'position', position }
}

/** Anything else must not end whoever takes the partition over, one after the other. */
function positionIn(value: Uint8Array): SavedPosition | undefined {
  try {
    const position = JSON.parse(Buffer.from(value).toString()) as SavedPosition
    const { nextOffset, time, watermarks, said, ahead, edition } = position
    const isOne = Number.isSafeInteger(nextOffset) && Number.isFinite(time) && typeof watermarks === 'object'
    if (!isOne || !Array.isArray(said.poisoned)) return undefined
    return {
      nextOffset,
      time,
      watermarks,
      said,
      ...(ahead && { ahead }),
      ...(typeof edition === 'string' && { edition }),
    }
  } catch {
    return undefined
  }
}

function recordOf(place: ChangelogPlace, key: string, value: Uint8Array | null, version: number): AppendRecord {
  const { topic, partition, writer, layout } = place
  const headers = { [versionHeader]: String(version), [writerHeader]: writer, [layoutHeader]: layout }
  return { topic, partition, key, value, headers }
}
