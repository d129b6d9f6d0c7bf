import type { DatabaseSync } from 'node:sqlite'
import type { GroupPosition } from '../embedded/record-store.ts'
import { type RecordFrame, unpackFrames } from './record-codec.ts'
import type { NewHeaderName } from './worker-protocol.ts'

type RecordWriter = (
  packed: Uint8Array<ArrayBuffer>,
  names: readonly NewHeaderName[],
  positions: readonly GroupPosition[],
) => void

/** Writes inside a transaction that the caller holds. */
export function createRecordWriter(db: DatabaseSync): RecordWriter {
  const insert = db.prepare(
    'INSERT INTO records (topic, partition, offset, timestamp, key, headers, value) VALUES (?, ?, ?, ?, ?, ?, ?)',
  )
  const saveName = db.prepare('INSERT INTO header_names (id, name) VALUES (?, ?)')
  const savePosition = db.prepare(
    `INSERT INTO positions (consumer_group, topic, partition, next_offset)
     VALUES (?, (SELECT id FROM topics WHERE name = ?), ?, ?)
     ON CONFLICT DO UPDATE SET next_offset = max(next_offset, excluded.next_offset)`,
  )
  const noteForCompaction = createCompactionNotes(db)

  return (packed, names, positions) => {
    for (const { id, name } of names) saveName.run(id, name)
    for (const frame of unpackFrames(packed)) {
      const { topic, partition, offset, timestamp, key, headers, value, version } = frame
      insert.run(topic, partition, offset, timestamp, key, headers, value)
      if (version !== null) noteForCompaction(frame, version)
    }
    for (const { group, topic, partition, nextOffset } of positions)
      savePosition.run(group, topic, partition, nextOffset)
  }
}

/** Notes, as a record is written, which record of its key is the newest now and which one may go some day. */
function createCompactionNotes(db: DatabaseSync): (frame: RecordFrame, version: number) => void {
  const findNewest = db.prepare(
    'SELECT version, offset, timestamp FROM newest WHERE topic = ? AND partition = ? AND key = ?',
  )
  findNewest.setReturnArrays(true)
  const addNewest = db.prepare('INSERT INTO newest VALUES (?, ?, ?, ?, ?, ?, 0)')
  const replaceNewest = db.prepare(
    `UPDATE newest SET version = ?, offset = ?, timestamp = ?, older = older + 1
     WHERE topic = ? AND partition = ? AND key = ?`,
  )
  const countOlder = db.prepare('UPDATE newest SET older = older + 1 WHERE topic = ? AND partition = ? AND key = ?')
  const addSuperseded = db.prepare('INSERT INTO superseded VALUES (?, ?, ?, ?)')
  const addTombstone = db.prepare('INSERT INTO tombstones VALUES (?, ?, ?, ?, ?)')

  return ({ topic, partition, offset, timestamp, key, value }, version) => {
    const found = findNewest.get(topic, partition, key) as readonly number[] | undefined
    const [foundVersion, foundOffset, foundTimestamp] = found ?? []
    if (foundVersion === undefined || foundOffset === undefined || foundTimestamp === undefined) {
      addNewest.run(topic, partition, key, version, offset, timestamp)
    } else if (version < foundVersion) {
      countOlder.run(topic, partition, key)
      addSuperseded.run(topic, partition, timestamp, offset)
      return
    } else {
      replaceNewest.run(version, offset, timestamp, topic, partition, key)
      addSuperseded.run(topic, partition, foundTimestamp, foundOffset)
    }
    if (value === null) addTombstone.run(topic, partition, timestamp, offset, key)
  }
}
