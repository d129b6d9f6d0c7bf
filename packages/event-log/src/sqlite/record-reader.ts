import type { DatabaseSync } from 'node:sqlite'
import { packFrames } from './record-codec.ts'

const answerBytesMax = 1024 * 1024

type RecordReader = (topic: number, partition: number, offset: number, limit: number) => Uint8Array<ArrayBuffer>

type RecordRow = readonly [
  offset: number,
  timestamp: number,
  key: Uint8Array,
  headers: Uint8Array | null,
  value: Uint8Array | null,
]

/** Answers packed records: at most `limit`, and no more than about 1 MiB, but one at least if there is one. */
export function createRecordReader(db: DatabaseSync): RecordReader {
  const select = db.prepare(
    `SELECT offset, timestamp, key, headers, value FROM records
     WHERE topic = ? AND partition = ? AND offset >= ? ORDER BY offset LIMIT ?`,
  )
  select.setReturnArrays(true)

  return (topic, partition, from, limit) => {
    const rows: RecordRow[] = []
    let bytes = 0
    for (const row of select.iterate(topic, partition, from, limit)) {
      const found = row as unknown as RecordRow
      rows.push(found)
      bytes += found[2].length + (found[3]?.length ?? 0) + (found[4]?.length ?? 0)
      if (bytes >= answerBytesMax) break
    }
    return packFrames(rows, ([offset, timestamp, key, headers, value]) => {
      return { topic, partition, offset, timestamp, version: null, key, headers, value }
    })
  }
}
