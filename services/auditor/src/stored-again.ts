import type { Clickhouse } from '@watchword/clickhouse'
import type { LogRecord } from '@watchword/event-log'
import { isAgain, sourceHeader } from '@watchword/stream'
import { storableSource } from './audit-row.ts'
import { ownerOf } from './record-owner.ts'

/**
 * Of the records that were written again as they were, those that are stored, or stand before in the same batch. The watermark cannot tell:
 * where compaction has dropped the first one before anybody read it, the second is all there is of it.
 */
export async function storedAgain(client: Clickhouse, records: readonly LogRecord[]): Promise<ReadonlySet<LogRecord>> {
  const stored = new Set<LogRecord>()
  for (const [index, record] of records.entries()) {
    if (!isAgain(record)) continue
    if (records.slice(0, index).some((before) => isSame(before, record)) || (await isStored(client, record)))
      stored.add(record)
  }
  return stored
}

function isSame(one: LogRecord, other: LogRecord): boolean {
  return (
    one.topic === other.topic &&
    one.partition === other.partition &&
    one.headers[sourceHeader] === other.headers[sourceHeader]
  )
}

async function isStored(client: Clickhouse, record: LogRecord): Promise<boolean> {
  const { topic, partition } = record
  const source = storableSource(record)
  // Nothing tells which of those without a source it repeats.
  if (source === undefined) return false
  const rows = await client.rows(
    `SELECT 1 FROM records WHERE tenant = {tenant:String} AND user = {user:String} AND topic = {topic:String}
       AND partition = {partition:UInt16} AND source_stage = {stage:String} AND source_partition = {source_partition:UInt16}
       AND source_offset = {offset:UInt64} AND source_index = {index:UInt16} LIMIT 1`,
    {
      parameters: {
        ...ownerOf(record),
        topic,
        partition,
        stage: source.stage,
        source_partition: source.partition,
        offset: source.offset,
        index: source.index,
      },
    },
  )
  return rows.length > 0
}
