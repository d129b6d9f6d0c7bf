import { type AppendRecord, type LogRecord, versionHeader, versionOf } from '@watchword/event-log'
import type { ChangedRow, SavedPosition } from '../state-store.ts'

/** Who wrote a record of a changelog: a random name for each time a process opens its state. */
export const writerHeader = 'ww-writer'
/** The layout of the rows; records of one that is not asked for are not read. */
export const layoutHeader = 'ww-layout'
/** The least offset that a position can have if nothing before it was lost: one that stands below is of a save that is not whole. */
const leastHeader = 'ww-least'

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

/** Where a save stands; `least` is the offset that it has if nobody writes in between. */
export function positionRecord(place: ChangelogPlace, saved: SavedPosition, least: number): AppendRecord {
  // How far a local state has read is its own affair.
  const { followed: _, ...position } = saved
  const record = recordOf(place, positionKey, Buffer.from(JSON.stringify(position)), position.nextOffset)
  return { ...record, headers: { ...record.headers, [leastHeader]: String(least) } }
}

/** What a record of a changelog says; undefined for one of another layout than these, and for a position of a save that is not whole, or that is none of ours. */
export function readEntry(record: LogRecord, layouts: readonly string[]): ChangelogEntry | undefined {
  const { headers, key, value, offset } = record
  if (!layouts.includes(headers[layoutHeader] ?? '')) return undefined
  const about = { version: versionOf(headers, offset), offset, writer: headers[writerHeader] }
  if (key.startsWith(rowPrefix)) return { ...about, kind: 'row', key: key.slice(rowPrefix.length), value }
  if (offset < Number(headers[leastHeader] ?? 0)) return undefined
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
