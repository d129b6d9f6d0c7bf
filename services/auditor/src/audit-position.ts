import type { Clickhouse } from '@watchword/clickhouse'
import type { WatermarkSnapshot } from '@watchword/stream'
import type { ChainHead } from './chain/chain-heads.ts'

/** Where the audit stands, as the database itself says. */
export type AuditPosition = Readonly<{
  /** The last record of each partition; the next to store is behind it. */
  heads: readonly ChainHead[]
  /** Those of the consumer rule. */
  watermarks: WatermarkSnapshot
  /** When the last insert was made, epoch milliseconds; 0 before the first. */
  storedAt: number
}>

type HeadRow = Readonly<{ topic: string; partition: number; last: string; link: string }>
type MarkRow = Readonly<{
  topic: string
  partition: number
  source_stage: string
  source_partition: number
  mark: readonly [string, number]
}>

/** Reads the position back: a row is stored together with its offset, so there is no second place to disagree with. */
export async function readAuditPosition(client: Clickhouse): Promise<AuditPosition> {
  // Links are asked for of the last records alone: those of all would be the most of what is read.
  const heads = await client.rows<HeadRow>(
    `SELECT topic, partition, toString(records.offset) AS last, hex(hash) AS link FROM records
     WHERE (topic, partition, records.offset) IN (SELECT topic, partition, max(offset) FROM records GROUP BY topic, partition)`,
  )
  const [latest] = await client.rows<{ stored: string }>(
    'SELECT toString(toUnixTimestamp64Milli(max(records.stored))) AS stored FROM records',
  )
  const marks = await client.rows<MarkRow>(
    `SELECT topic, partition, source_stage, source_partition,
       (toString(max((source_offset, source_index)).1), max((source_offset, source_index)).2) AS mark
     FROM records WHERE source_stage != '' GROUP BY topic, partition, source_stage, source_partition`,
  )
  return {
    heads: heads.map(({ topic, partition, last, link }) => ({
      topic,
      partition,
      offset: Number(last),
      link: Buffer.from(link, 'hex'),
    })),
    watermarks: Object.fromEntries(
      marks.map(({ topic, partition, source_stage, source_partition, mark: [offset, index] }) => [
        `${topic}/${partition}/${source_stage}/${source_partition}`,
        { offset: Number(offset), index },
      ]),
    ),
    storedAt: Number(latest?.stored ?? 0),
  }
}
