import { DatabaseSync } from 'node:sqlite'
import type { CleaningPlan, CleaningResult, GroupPosition } from '../embedded/record-store.ts'
import type { PartitionBounds } from '../start-offset.ts'
import { createCleaner } from './log-cleaner.ts'
import { prepareSchema } from './log-schema.ts'
import { createRecordReader } from './record-reader.ts'
import { createRecordWriter } from './record-writer.ts'
import type { NewHeaderName, OpenedLog, WorkerStart } from './worker-protocol.ts'

/** The file, as the worker sees it; everything is synchronous and throws what SQLite throws. */
export interface LogDatabase {
  readonly opened: OpenedLog
  write(packed: Uint8Array<ArrayBuffer>, names: readonly NewHeaderName[], positions: readonly GroupPosition[]): void
  read(topic: number, partition: number, offset: number, limit: number): Uint8Array<ArrayBuffer>
  clean(topic: number, plan: CleaningPlan): CleaningResult
  close(): void
}

/** Opens the file under an exclusive lock that ends with the process, creating it if need be. */
export function openLogDatabase(start: WorkerStart): LogDatabase {
  const db = new DatabaseSync(start.file)
  try {
    prepareSchema(db, start)
    const writeRecords = createRecordWriter(db)
    const cleanSlice = createCleaner(db)
    return {
      opened: describe(db),
      write: (packed, names, positions) => inTransaction(db, () => writeRecords(packed, names, positions)),
      read: createRecordReader(db),
      clean: (topic, plan) => inTransaction(db, () => cleanSlice(topic, plan)),
      close: () => db.close(),
    }
  } catch (error) {
    db.close()
    throw error
  }
}

function inTransaction<T>(db: DatabaseSync, work: () => T): T {
  db.exec('BEGIN')
  try {
    const result = work()
    db.exec('COMMIT')
    return result
  } catch (error) {
    // On a full disk SQLite may have rolled back by itself.
    if (db.isTransaction) db.exec('ROLLBACK')
    throw error
  }
}

function describe(db: DatabaseSync): OpenedLog {
  const topics = db.prepare('SELECT id, name, partitions FROM topics').all()
  return {
    topicIds: topics.map((row) => [String(row['name']), Number(row['id'])] as const),
    bounds: topics.flatMap((row) =>
      Array.from({ length: Number(row['partitions']) }, (_, partition) =>
        boundsOf(db, Number(row['id']), String(row['name']), partition),
      ),
    ),
    positions: db
      .prepare(
        'SELECT consumer_group, name, partition, next_offset FROM positions JOIN topics ON topics.id = positions.topic',
      )
      .all()
      .map((row) => ({
        group: String(row['consumer_group']),
        topic: String(row['name']),
        partition: Number(row['partition']),
        nextOffset: Number(row['next_offset']),
      })),
    headerNames: db
      .prepare('SELECT name FROM header_names ORDER BY id')
      .all()
      .map((row) => String(row['name'])),
  }
}

function boundsOf(db: DatabaseSync, id: number, topic: string, partition: number): PartitionBounds {
  const place = 'topic = ? AND partition = ?'
  // Two statements, since each is one step down the tree and both aggregates together would be a scan.
  const first = db.prepare(`SELECT min(offset) AS found FROM records WHERE ${place}`).get(id, partition)?.['found']
  const last = db.prepare(`SELECT max(offset) AS found FROM records WHERE ${place}`).get(id, partition)?.['found']
  const cleaned = db.prepare(`SELECT next_offset FROM ends WHERE ${place}`).get(id, partition)?.['next_offset']
  const end = Math.max(Number(last ?? -1) + 1, Number(cleaned ?? 0))
  return { topic, partition, begin: Number(first ?? end), end }
}
