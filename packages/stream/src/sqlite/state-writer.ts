import type { DatabaseSync } from 'node:sqlite'
import type { SavedPosition } from '../state-store.ts'
import { positionCheck, rowCheck } from './row-check.ts'
import type { PackedRows, StateRequest } from './state-protocol.ts'

/** Writes a state file: rows and the position they are good for in one transaction. */
export interface StateWriter {
  handle(request: StateRequest): void
}

export function createStateWriter(db: DatabaseSync): StateWriter {
  const update = db.prepare('UPDATE rows SET value = ?, checksum = ? WHERE partition = ? AND key = ?')
  const insert = db.prepare('INSERT INTO rows (value, checksum, partition, key) VALUES (?, ?, ?, ?)')
  const remove = db.prepare('DELETE FROM rows WHERE partition = ? AND key = ?')
  const countOf = db.prepare('SELECT row_count FROM positions WHERE partition = ?')
  const place = db.prepare('INSERT OR REPLACE INTO positions VALUES (?, ?, ?, ?)')
  let added = 0

  function begin(): void {
    if (db.isTransaction) return
    db.exec('BEGIN IMMEDIATE')
    added = 0
  }

  function put(partition: number, { keys, sizes, values }: PackedRows): void {
    let at = 0
    keys.forEach((key, index) => {
      const size = sizes[index] ?? -1
      if (size < 0) {
        added -= Number(remove.run(partition, key).changes)
        return
      }
      const value = values.subarray(at, at + size)
      at += size
      const checksum = rowCheck(partition, key, value)
      if (update.run(value, checksum, partition, key).changes !== 0) return
      insert.run(value, checksum, partition, key)
      added += 1
    })
  }

  function commit(partition: number, position: SavedPosition): void {
    const rowCount = Number(countOf.get(partition)?.['row_count'] ?? 0) + added
    const text = JSON.stringify(position)
    place.run(partition, text, rowCount, positionCheck(partition, rowCount, text))
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
          return put(request.partition, request.rows)
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
