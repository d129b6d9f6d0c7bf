import type { AuditRow } from './audit-row.ts'
import { linkBytes, linkOf } from './chain/link.ts'

/** What no link is made of, epoch milliseconds: when the insert is made, and when the log took the record. */
export type RowTimes = Readonly<{ stored: number; appended: number }>

/** Rows of the table `records` in RowBinary, as `recordInsert` says, one behind the other. */
export interface RowWriter {
  /** Adds a row behind the link `previous`; answers its own. */
  add(row: AuditRow, previous: Uint8Array, times: RowTimes): Uint8Array
  /** Those that were added since it was asked last, in memory of their own. */
  take(): Uint8Array
}

/** A writer with room for about `bytes`; it makes more. */
export function createRowWriter(bytes: number): RowWriter {
  let buffer = Buffer.allocUnsafeSlow(bytes)
  let at = 0

  function reserve(size: number): void {
    if (at + size <= buffer.length) return
    const larger = Buffer.allocUnsafeSlow(Math.max(buffer.length * 2, at + size))
    buffer.copy(larger, 0, 0, at)
    buffer = larger
  }

  function text(value: string): void {
    // UTF-8 has three bytes at most for each unit, the length before it five.
    reserve(5 + value.length * 3)
    if (value.length <= shortTextMax) {
      const size = plain(value, at + 1) ? value.length : buffer.write(value, at + 1)
      buffer[at] = size
      at += 1 + size
      return
    }
    let size = Buffer.byteLength(value)
    const length = size
    for (; size > 0x7f; size >>>= 7) buffer[at++] = (size & 0x7f) | 0x80
    buffer[at++] = size
    buffer.write(value, at, length)
    at += length
  }

  /** Writes a text of ASCII alone, of which most are; false when it is none. For so few characters a call of the engine takes longer. */
  function plain(value: string, start: number): boolean {
    for (let index = 0; index < value.length; index += 1) {
      const code = value.charCodeAt(index)
      if (code > 0x7f) return false
      buffer[start + index] = code
    }
    return true
  }

  function whole16(value: number): void {
    at = buffer.writeUInt16LE(value, at)
  }

  function whole64(value: number): void {
    buffer.writeUInt32LE(value % 2 ** 32, at)
    at = buffer.writeUInt32LE(Math.floor(value / 2 ** 32), at + 4)
  }

  return {
    add(row, previous, { stored, appended }) {
      reserve(linkBytes + fixedBytes)
      const start = at
      // Where the row's own link goes, the one before it stands as long as the row is hashed: so no byte is copied for it.
      buffer.set(previous, at)
      at += linkBytes
      text(row.topic)
      reserve(fixedBytes)
      whole16(row.partition)
      whole64(row.offset)
      whole64(row.at)
      text(row.tenant)
      text(row.user)
      text(row.app)
      text(row.session)
      text(row.type)
      text(row.id)
      text(row.body)
      text(row.source_stage)
      reserve(fixedBytes)
      whole16(row.source_partition)
      whole64(row.source_offset)
      whole16(row.source_index)
      const link = linkOf(buffer.subarray(start, at))
      buffer.set(link, start)
      whole64(stored)
      whole64(appended)
      return link
    },
    take() {
      const rows = Buffer.allocUnsafeSlow(at)
      buffer.copy(rows, 0, 0, at)
      at = 0
      return rows
    },
  }
}

/** Whatever it holds, its length in UTF-8 is below 128 and takes one byte. */
const shortTextMax = 42

/** More than all integers of a row together. */
const fixedBytes = 64
