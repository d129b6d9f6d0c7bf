import type { Clickhouse } from '@watchword/clickhouse'
import type { WatermarkSnapshot } from '@watchword/stream'
import type { ChainHead } from './chain/chain-heads.ts'
import { chainName } from './chain/link.ts'
import { positionsOfRecords } from './schema/positions.ts'

/** Where the audit stands, as the database itself says. */
export type AuditPosition = Readonly<{
  /** The last record of each partition; the next to store is behind it. */
  heads: readonly ChainHead[]
  /** Those of the consumer rule. */
  watermarks: WatermarkSnapshot
  /** When the last insert was made, epoch milliseconds; 0 before the first. */
  storedAt: number
}>

type PositionRow = MarkRow & HeadRow & Readonly<{ stored: string }>

type HeadRow = Readonly<{ topic: string; partition: number; last: string; link: string }>
type MarkRow = Readonly<{
  topic: string
  partition: number
  source_stage: string
  source_partition: number
  mark: readonly [string, number]
}>

/**
 * Reads the position back: a row is stored together with its offset, so there is no second place to disagree with. What has expired is known from
 * `positions` alone, which has it from the same insert.
 */
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
  const kept = await keptPositions(client)
  return {
    heads: [...furthestOf([...heads, ...missing(heads, kept, partitionOf)]).values()].map(headOf),
    watermarks: Object.fromEntries([...marks, ...missing(marks, kept.filter(hasSource), sourceOf)].map(markOf)),
    storedAt: Math.max(Number(latest?.stored ?? 0), ...kept.map(({ stored }) => Number(stored))),
  }
}

/**
 * What is kept of those of which there is no record any more. Of the others the records say it: a database that has lost some of them gets them from
 * the log again, whatever it kept.
 */
function missing<Row>(
  ofRecords: readonly Row[],
  kept: readonly PositionRow[],
  nameOf: (row: Row | PositionRow) => string,
) {
  const known = new Set(ofRecords.map(nameOf))
  return kept.filter((row) => !known.has(nameOf(row)))
}

/**
 * The positions that count. A database that has lost its newest inserts, as one may that loses its power, gets them from the log once more, so what
 * is newer than the newest record does not. Where there is no record at all, all have expired, and none does so within a day.
 */
function keptPositions(client: Clickhouse): Promise<readonly PositionRow[]> {
  return client.rows<PositionRow>(
    `SELECT topic, partition, source_stage, source_partition, toString(end.offset) AS last, hex(end.hash) AS link,
       (toString(furthest.offset), furthest.index) AS mark, toString(toUnixTimestamp64Milli(end.stored)) AS stored
     FROM (
       SELECT topic, partition, source_stage, source_partition, max(positions.last) AS end, max(positions.mark) AS furthest
       FROM positions GROUP BY topic, partition, source_stage, source_partition
     )
     WHERE end.stored <= (SELECT if(count() = 0, now64(3) - INTERVAL 1 DAY, max(records.stored)) FROM records)`,
  )
}

/** Writes down where the records of the last day stand: an insert that was under way when `positions` was made is not in it. */
export function completePositions(client: Clickhouse): Promise<void> {
  const ofLastDay = 'records.stored > (SELECT max(records.stored) FROM records) - INTERVAL 1 DAY'
  return client.command(`INSERT INTO positions ${positionsOfRecords(`WHERE ${ofLastDay}`)}`)
}

function headOf({ topic, partition, last, link }: HeadRow): ChainHead {
  return { topic, partition, offset: Number(last), link: Buffer.from(link, 'hex') }
}

function markOf(row: MarkRow): readonly [string, WatermarkSnapshot[string]] {
  const [offset, index] = row.mark
  return [sourceOf(row), { offset: Number(offset), index }]
}

function partitionOf({ topic, partition }: Pick<HeadRow, 'topic' | 'partition'>): string {
  return chainName(topic, partition)
}

function sourceOf({ topic, partition, source_stage, source_partition }: Omit<MarkRow, 'mark'>): string {
  return `${topic}/${partition}/${source_stage}/${source_partition}`
}

function hasSource({ source_stage }: PositionRow): boolean {
  return source_stage !== ''
}

/** Of each partition the row that is furthest: a kept position has one for each source. */
function furthestOf(rows: readonly HeadRow[]): ReadonlyMap<string, HeadRow> {
  const found = new Map<string, HeadRow>()
  for (const row of rows) {
    const other = found.get(partitionOf(row))
    if (other === undefined || Number(row.last) > Number(other.last)) found.set(partitionOf(row), row)
  }
  return found
}
