import { type Clickhouse, ClickhouseError } from '@watchword/clickhouse'
import { type OffsetRange, tokenOfRanges } from './audit-token.ts'
import { knowsLastInsert } from './known-inserts.ts'
import { recordInsert } from './record-columns.ts'

/** Stores encoded rows; the same rows under the same token any number of times are stored once, in every table that is made of them. */
export function insertRecords(client: Clickhouse, chunks: readonly Uint8Array[], token: string): Promise<void> {
  return client.insertEncoded(recordInsert, chunks, { deduplicationToken: token, settings: oneBlock })
}

/** The same for rows of which a view refuses one: the table of records has them all by then, every other table gets them, and that of the view nothing. */
export function insertPastViews(client: Clickhouse, chunks: readonly Uint8Array[], token: string): Promise<void> {
  const settings = { ...oneBlock, materialized_views_ignore_errors: 1 } as const
  return client.insertEncoded(recordInsert, chunks, { deduplicationToken: token, settings })
}

/** Whether it was refused for what a row holds, by the table or by a view that is made of it. */
export function isDataRefusal(error: unknown): error is ClickhouseError {
  return error instanceof ClickhouseError && error.code === 'clickhouse-data-refused'
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

/** Whether the insert of this time is in the table of records, which is committed before the views that are made of it have run. */
export async function hasInsert(client: Clickhouse, storedAt: number): Promise<boolean> {
  const rows = await client.rows(
    "SELECT 1 FROM records WHERE stored = fromUnixTimestamp64Milli({storedAt:Int64}, 'UTC') LIMIT 1",
    { parameters: { storedAt } },
  )
  return rows.length > 0
}

/**
 * Sends the last insert once more. It is in the table of records, or it would not be the last; but who sent it, or the server, may have ended
 * before the tables that are made of it had it all. The token tells each of them what it has; not in a database that was restored from a back-up,
 * where whoever made it had stopped storing. `onViewRefusal` hears of a view that refuses a row of it.
 */
export async function repeatLastInsert(
  client: Clickhouse,
  onViewRefusal: (error: ClickhouseError) => void,
): Promise<void> {
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
  const token = tokenOfRanges(ranges.map(rangeOf))
  try {
    await insertRecords(client, chunks, token)
  } catch (error) {
    if (!isDataRefusal(error)) throw error
    // Where the table refuses it as well by now, its records are there all the same, and nothing may wait for the rest.
    await insertPastViews(client, chunks, token).catch((again: unknown) => {
      if (!isDataRefusal(again)) throw again
    })
    onViewRefusal(error)
  }
}

function rangeOf(row: Readonly<{ topic: string; partition: number; first: string; last: string }>): OffsetRange {
  return { topic: row.topic, partition: row.partition, first: Number(row.first), last: Number(row.last) }
}
