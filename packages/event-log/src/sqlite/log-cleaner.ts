import type { DatabaseSync } from 'node:sqlite'
import type { CleaningPlan, CleaningResult } from '../embedded/record-store.ts'

/** How many records one slice may drop by each rule: a few milliseconds of work. */
const sliceRecords = 250

type Cleaner = (topic: number, plan: CleaningPlan) => CleaningResult

/** Cleans one slice inside a transaction that the caller holds. */
export function createCleaner(db: DatabaseSync): Cleaner {
  const place = 'topic = ? AND partition = ?'
  const last = db.prepare(`SELECT max(offset) AS found FROM records WHERE ${place}`)
  const first = db.prepare(`SELECT min(offset) AS found FROM records WHERE ${place}`)
  const saveEnd = db.prepare(
    'INSERT INTO ends VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET next_offset = max(next_offset, excluded.next_offset)',
  )
  const findEnd = db.prepare(`SELECT next_offset FROM ends WHERE ${place}`)
  const expire = createExpiry(db)
  const dropSuperseded = createSupersededCleaner(db)
  const dropTombstones = createTombstoneCleaner(db)

  return (topic, plan) => {
    const { partition, belowOffset } = plan
    const found = last.get(topic, partition)?.['found']
    // The end must outlive the last record, or its offset would be given again.
    if (typeof found === 'number') saveEnd.run(topic, partition, found + 1)
    const expired = expire(topic, partition, belowOffset, plan.expiredBefore)
    const superseded = dropSuperseded(topic, partition, belowOffset, plan.supersededBefore)
    const tombstones = dropTombstones(topic, partition, belowOffset, plan.tombstonesBefore)
    const begin = first.get(topic, partition)?.['found'] ?? findEnd.get(topic, partition)?.['next_offset'] ?? 0
    const more = Math.max(expired, superseded, tombstones) >= sliceRecords
    return { expired, superseded, tombstones, begin: Number(begin), more }
  }
}

type Rule = (topic: number, partition: number, belowOffset: number, before: number | null) => number

function createExpiry(db: DatabaseSync): Rule {
  const oldest = db.prepare(
    'SELECT offset, timestamp FROM records WHERE topic = ? AND partition = ? AND offset < ? ORDER BY offset LIMIT ?',
  )
  const drop = db.prepare('DELETE FROM records WHERE topic = ? AND partition = ? AND offset <= ?')
  return (topic, partition, belowOffset, before) => {
    if (before === null) return 0
    let count = 0
    let through = -1
    for (const row of oldest.all(topic, partition, limitOf(belowOffset), sliceRecords)) {
      if (Number(row['timestamp']) >= before) break
      through = Number(row['offset'])
      count += 1
    }
    if (count > 0) drop.run(topic, partition, through)
    return count
  }
}

function createSupersededCleaner(db: DatabaseSync): Rule {
  const due = db.prepare(
    `SELECT offset, timestamp FROM superseded
     WHERE topic = ? AND partition = ? AND timestamp < ? AND offset < ? ORDER BY timestamp, offset LIMIT ?`,
  )
  const forget = db.prepare('DELETE FROM superseded WHERE topic = ? AND partition = ? AND timestamp = ? AND offset = ?')
  const drop = db.prepare('DELETE FROM records WHERE topic = ? AND partition = ? AND offset = ? RETURNING key')
  const uncount = db.prepare('UPDATE newest SET older = older - 1 WHERE topic = ? AND partition = ? AND key = ?')
  return (topic, partition, belowOffset, before) => {
    if (before === null) return 0
    const rows = due.all(topic, partition, before, limitOf(belowOffset), sliceRecords)
    for (const row of rows) {
      const offset = Number(row['offset'])
      forget.run(topic, partition, Number(row['timestamp']), offset)
      const key = drop.get(topic, partition, offset)?.['key']
      if (key instanceof Uint8Array) uncount.run(topic, partition, key)
    }
    return rows.length
  }
}

function createTombstoneCleaner(db: DatabaseSync): Rule {
  // A tombstone goes last: without it an older record still there would count again.
  const due = db.prepare(
    `SELECT t.offset, t.timestamp, t.key, n.offset = t.offset AS newest
     FROM tombstones t LEFT JOIN newest n ON n.topic = t.topic AND n.partition = t.partition AND n.key = t.key
     WHERE t.topic = ? AND t.partition = ? AND t.timestamp < ? AND t.offset < ?
       AND (n.offset IS NULL OR n.offset <> t.offset OR n.older = 0) ORDER BY t.timestamp, t.offset LIMIT ?`,
  )
  const forget = db.prepare('DELETE FROM tombstones WHERE topic = ? AND partition = ? AND timestamp = ? AND offset = ?')
  const drop = db.prepare('DELETE FROM records WHERE topic = ? AND partition = ? AND offset = ?')
  const forgetKey = db.prepare('DELETE FROM newest WHERE topic = ? AND partition = ? AND key = ?')
  return (topic, partition, belowOffset, before) => {
    if (before === null) return 0
    let count = 0
    for (const row of due.all(topic, partition, before, limitOf(belowOffset), sliceRecords)) {
      const { offset, timestamp, key, newest } = row
      forget.run(topic, partition, Number(timestamp), Number(offset))
      // One that was superseded itself goes, or went, with the superseded.
      if (newest !== 1 || !(key instanceof Uint8Array)) continue
      drop.run(topic, partition, Number(offset))
      forgetKey.run(topic, partition, key)
      count += 1
    }
    return count
  }
}

function limitOf(belowOffset: number): number {
  return Math.min(belowOffset, Number.MAX_SAFE_INTEGER)
}
