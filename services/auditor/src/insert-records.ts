import type { Clickhouse } from '@watchword/clickhouse'
import { type OffsetRange, tokenOfRanges } from './audit-token.ts'
import { knowsLastInsert } from './known-inserts.ts'
import { recordInsert } from './record-columns.ts'

/** Stores encoded rows; the same rows under the same token any number of times are stored once, in every table that is made of them. */
export function insertRecords(client: Clickhouse, chunks: readonly Uint8Array[], token: string): Promise<void> {
  return client.insertEncoded(recordInsert, chunks, { deduplicationToken: token, settings: oneBlock })
}

/** One block is one part: it is stored whole or not at all, which is what makes the read-back position exact. */
const oneBlock = {
  input_format_parallel_parsing: 0,
  max_insert_block_size: '1000000',
  min_insert_block_size_rows: '1000000',
  min_insert_block_size_bytes: '0',
  // Whatever times records bear: an insert that is refused would be sent for ever, and nothing after it.
  max_partitions_per_insert_block: '0',
} as const

/** What a process that was killed had sent may still be on its way into the table, where the position is about to be read. */
export function endInserts(client: Clickhouse): Promise<void> {
  return client.command(
    `KILL QUERY WHERE user = currentUser() AND current_database = currentDatabase() AND query LIKE 'INSERT INTO ${recordInsert.table} %' SYNC`,
  )
}

/**
 * Sends the last insert once more. It is in the table of records, or it would not be the last; but who sent it, or the server, may have ended
 * before the tables that are made of it had it all. The token tells each of them what it has; not in a database that was restored from a back-up,
 * where whoever made it had stopped storing.
 */
export async function repeatLastInsert(client: Clickhouse): Promise<void> {
  if (!(await knowsLastInsert(client))) return
  const last = 'WHERE stored = (SELECT max(stored) FROM records)'
  const ranges = await client.rows<{ topic: string; partition: number; first: string; last: string }>(
    `SELECT topic, partition, toString(min(offset)) AS first, toString(max(offset)) AS last
     FROM records ${last} GROUP BY topic, partition`,
  )
  if (ranges.length === 0) return
  const chunks: Uint8Array[] = []
  for await (const chunk of client.bytes(
    `SELECT ${recordInsert.columns.join(', ')} FROM records ${last} FORMAT ${recordInsert.format}`,
  ))
    chunks.push(chunk)
  await insertRecords(client, chunks, tokenOfRanges(ranges.map(rangeOf)))
}

function rangeOf(row: Readonly<{ topic: string; partition: number; first: string; last: string }>): OffsetRange {
  return { topic: row.topic, partition: row.partition, first: Number(row.first), last: Number(row.last) }
}
