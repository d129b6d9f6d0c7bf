import type { DatabaseSync } from 'node:sqlite'
import { LogError } from '../log-error.ts'
import type { WorkerStart } from './worker-protocol.ts'

const schemaVersion = 1

/**
 * `newest`, `superseded` and `tombstones` are kept for compacted topics only: they name what compaction may drop, so that it never has to
 * search. `older` counts the records of the key that are still kept beside the newest.
 */
const schema = `
CREATE TABLE topics (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, partitions INTEGER NOT NULL) STRICT;
CREATE TABLE records (
  topic INTEGER NOT NULL, partition INTEGER NOT NULL, offset INTEGER NOT NULL,
  timestamp INTEGER NOT NULL, key BLOB NOT NULL, headers BLOB, value BLOB,
  PRIMARY KEY (topic, partition, offset)) STRICT, WITHOUT ROWID;
CREATE TABLE ends (
  topic INTEGER NOT NULL, partition INTEGER NOT NULL, next_offset INTEGER NOT NULL,
  PRIMARY KEY (topic, partition)) STRICT, WITHOUT ROWID;
CREATE TABLE positions (
  consumer_group TEXT NOT NULL, topic INTEGER NOT NULL, partition INTEGER NOT NULL, next_offset INTEGER NOT NULL,
  PRIMARY KEY (consumer_group, topic, partition)) STRICT, WITHOUT ROWID;
CREATE TABLE header_names (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE newest (
  topic INTEGER NOT NULL, partition INTEGER NOT NULL, key BLOB NOT NULL,
  version INTEGER NOT NULL, offset INTEGER NOT NULL, timestamp INTEGER NOT NULL, older INTEGER NOT NULL,
  PRIMARY KEY (topic, partition, key)) STRICT, WITHOUT ROWID;
CREATE TABLE superseded (
  topic INTEGER NOT NULL, partition INTEGER NOT NULL, timestamp INTEGER NOT NULL, offset INTEGER NOT NULL,
  PRIMARY KEY (topic, partition, timestamp, offset)) STRICT, WITHOUT ROWID;
CREATE TABLE tombstones (
  topic INTEGER NOT NULL, partition INTEGER NOT NULL, timestamp INTEGER NOT NULL, offset INTEGER NOT NULL, key BLOB NOT NULL,
  PRIMARY KEY (topic, partition, timestamp, offset)) STRICT, WITHOUT ROWID;
PRAGMA user_version = ${schemaVersion};
`

/** Takes the file for this process alone, as long as the connection lives, and brings the schema into it. */
export function prepareSchema(db: DatabaseSync, start: WorkerStart): void {
  // Exclusive before WAL: the lock is the operating system's, gone with the process, and no shared-memory file is needed.
  db.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA page_size = 4096; PRAGMA journal_mode = WAL')
  db.exec('PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 2000; PRAGMA cache_size = -32768')
  if (start.pagesMax !== null) db.exec(`PRAGMA max_page_count = ${start.pagesMax}`)
  db.exec('BEGIN EXCLUSIVE')
  const found = Number(db.prepare('PRAGMA user_version').get()?.['user_version'])
  if (found === 0) db.exec(schema)
  else if (found !== schemaVersion) throw new LogError('log-corrupt', `the file has the unknown layout ${found}`)
  saveTopics(db, start)
  db.exec('COMMIT')
}

function saveTopics(db: DatabaseSync, start: WorkerStart): void {
  const find = db.prepare('SELECT partitions FROM topics WHERE name = ?')
  const add = db.prepare('INSERT INTO topics (name, partitions) VALUES (?, ?)')
  for (const { name, partitions } of start.topics) {
    const stored = find.get(name)
    if (stored === undefined) add.run(name, partitions)
    else if (stored['partitions'] !== partitions) {
      // Keys would be looked for in partitions where they are not.
      throw new LogError(
        'topic-mismatch',
        `${name} was made with ${String(stored['partitions'])} partitions, not ${partitions}`,
      )
    }
  }
}
