import type { DatabaseSync } from 'node:sqlite'
import type { SavedPosition } from '../state-store.ts'
import { positionCheck, rowCheck } from './row-check.ts'

/** What the file says about each partition; undefined when it is damaged. */
export function verifyPositions(db: DatabaseSync): Map<number, SavedPosition> | undefined {
  const positions = new Map<number, SavedPosition>()
  for (const row of db.prepare('SELECT partition, position, row_count, checksum FROM positions').iterate()) {
    const { partition, position, row_count: rowCount, checksum } = row
    if (typeof partition !== 'number' || typeof position !== 'string' || typeof rowCount !== 'number') return undefined
    if (positionCheck(partition, rowCount, position) !== checksum) return undefined
    positions.set(partition, JSON.parse(position) as SavedPosition)
  }
  return positions
}

/**
 * True when every row is as it was written, in its place, and none is missing: a row that a damaged page hides would
 * otherwise pass for a user never seen. Reads the whole file.
 */
export function verifyRows(db: DatabaseSync): boolean {
  const counts = new Map<unknown, number>()
  const statement = db.prepare('SELECT partition, key, value, checksum FROM rows ORDER BY partition, key')
  let lastPartition = Number.NEGATIVE_INFINITY
  let lastKey = ''
  for (const { partition, key, value, checksum } of statement.iterate()) {
    if (typeof partition !== 'number' || typeof key !== 'string' || !(value instanceof Uint8Array)) return false
    if (rowCheck(partition, key, value) !== checksum) return false
    if (partition < lastPartition || (partition === lastPartition && !isAscending(lastKey, key))) return false
    lastPartition = partition
    lastKey = key
    counts.set(partition, (counts.get(partition) ?? 0) + 1)
  }
  for (const { partition, row_count: rowCount } of db.prepare('SELECT partition, row_count FROM positions').all()) {
    if ((counts.get(partition) ?? 0) !== rowCount) return false
    counts.delete(partition)
  }
  return counts.size === 0
}

/** SQLite orders text by its UTF-8 bytes, JavaScript by UTF-16 units. */
function isAscending(before: string, after: string): boolean {
  return before < after || Buffer.compare(Buffer.from(before), Buffer.from(after)) < 0
}
