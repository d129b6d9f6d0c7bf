import type { Clickhouse } from '@watchword/clickhouse'
import type { WatermarkSnapshot } from '@watchword/stream'

/** Where the audit stands, as the database itself says: the next offset by `topic/partition`, and the watermarks of the consumer rule. */
export type AuditPosition = Readonly<{ next: ReadonlyMap<string, number>; watermarks: WatermarkSnapshot }>

type NextRow = Readonly<{ topic: string; partition: number; next: string }>
type MarkRow = Readonly<{
  topic: string
  partition: number
  source_stage: string
  source_partition: number
  mark: readonly [string, number]
}>

/** Reads the position back: a row is stored together with its offset, so there is no second place to disagree with. */
export async function readAuditPosition(client: Clickhouse): Promise<AuditPosition> {
  const next = await client.rows<NextRow>(
    'SELECT topic, partition, toString(max(offset) + 1) AS next FROM audit GROUP BY topic, partition',
  )
  const marks = await client.rows<MarkRow>(
    `SELECT topic, partition, source_stage, source_partition,
       (toString(max((source_offset, source_index)).1), max((source_offset, source_index)).2) AS mark
     FROM audit WHERE source_stage != '' GROUP BY topic, partition, source_stage, source_partition`,
  )
  return {
    next: new Map(next.map((row) => [`${row.topic}/${row.partition}`, Number(row.next)])),
    watermarks: Object.fromEntries(
      marks.map(({ topic, partition, source_stage, source_partition, mark: [offset, index] }) => [
        `${topic}/${partition}/${source_stage}/${source_partition}`,
        { offset: Number(offset), index },
      ]),
    ),
  }
}
