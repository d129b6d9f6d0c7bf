import type { DatabaseSync } from 'node:sqlite'
import type { SavedPosition } from '../state-store.ts'
import { positionCheck, rowCheck, type RowTotals } from './row-check.ts'
import type { PackedRows, StateRequest } from './state-protocol.ts'

/** Writes a state file: rows and the position they are good for in one transaction. */
export interface StateWriter {
  handle(request: StateRequest): void
}

export function createStateWriter(db: DatabaseSync): StateWriter {
  const checksumOf = db.prepare('SELECT checksum FROM rows WHERE partition = ? AND key = ?')
  const update = db.prepare('UPDATE rows SET value = ?, checksum = ? WHERE partition = ? AND key = ?')
  const insert = db.prepare('INSERT INTO rows (value, checksum, partition, key, key_again) VALUES (?, ?, ?, ?, ?)')
  const remove = db.prepare('DELETE FROM rows WHERE partition = ? AND key = ?')
  const totalsOf = db.prepare('SELECT row_count, row_sum FROM positions WHERE partition = ?')
  const place = db.prepare(
    'INSERT OR REPLACE INTO positions (partition, position, row_count, row_sum, checksum) VALUES (?, ?, ?, ?, ?)',
  )
  let added: RowTotals = { rowCount: 0, rowSum: 0 }

  function begin(): void {
    if (db.isTransaction) return
    db.exec('BEGIN IMMEDIATE')
    added = { rowCount: 0, rowSum: 0 }
  }

  function add(rowCount: number, rowSum: number): void {
    added = { rowCount: added.rowCount + rowCount, rowSum: added.rowSum + rowSum }
  }

  function put(partition: number, key: string, value: Uint8Array | null): void {
    const before = checksumOf.get(partition, key)?.['checksum']
    if (before !== undefined) add(-1, -Number(before))
    if (value === null) {
      remove.run(partition, key)
      return
    }
    const checksum = rowCheck(partition, key, value)
    add(1, checksum)
    if (before === undefined) insert.run(value, checksum, partition, key, key)
    else update.run(value, checksum, partition, key)
  }

  function putAll(partition: number, { keys, sizes, values }: PackedRows): void {
    let at = 0
    keys.forEach((key, index) => {
      const size = sizes[index] ?? -1
      put(partition, key, size < 0 ? null : values.subarray(at, at + size))
      at += Math.max(0, size)
    })
  }

  function commit(partition: number, position: SavedPosition): void {
    const before = totalsOf.get(partition)
    const rowCount = Number(before?.['row_count'] ?? 0) + added.rowCount
    const rowSum = Number(before?.['row_sum'] ?? 0) + added.rowSum
    const text = JSON.stringify(position)
    place.run(partition, text, rowCount, rowSum, positionCheck(partition, { rowCount, rowSum }, text))
    db.exec('COMMIT')
  }

  function forget(partition: number): void {
    begin()
    db.prepare('DELETE FROM rows WHERE partition = ?').run(partition)
    db.prepare('DELETE FROM positions WHERE partition = ?').run(partition)
    db.exec('COMMIT')
  }

  function rollback(): void {
    if (db.isTransaction) db.exec('ROLLBACK')
  }

  return {
    handle(request) {
      switch (request.kind) {
        case 'rows':
          begin()
          return putAll(request.partition, request.rows)
        case 'commit':
          begin()
          return commit(request.partition, request.position)
        case 'rollback':
          return rollback()
        case 'forget':
          return forget(request.partition)
        case 'close':
          rollback()
          return db.close()
      }
    },
  }
}
