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
    heads: furthest([...kept, ...heads].map(headOf), {
      nameOf: ({ topic, partition }) => chainName(topic, partition),
      isAfter: (one, other) => one.offset > other.offset,
    }),
    watermarks: Object.fromEntries(
      furthest([...kept.filter(({ source_stage }) => source_stage !== ''), ...marks].map(markOf), {
        nameOf: ([name]) => name,
        isAfter: ([, one], [, other]) =>
          one.offset > other.offset || (one.offset === other.offset && one.index > other.index),
      }),
    ),
    storedAt: Math.max(Number(latest?.stored ?? 0), ...kept.map(({ stored }) => Number(stored))),
  }
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
  return client.command(`INSERT INTO positions ${positionsOfRecords('WHERE stored > now64(3) - INTERVAL 1 DAY')}`)
}

function headOf({ topic, partition, last, link }: HeadRow): ChainHead {
  return { topic, partition, offset: Number(last), link: Buffer.from(link, 'hex') }
}

type Mark = WatermarkSnapshot[string]

function markOf({ topic, partition, source_stage, source_partition, mark: [offset, index] }: MarkRow) {
  const mark: readonly [string, Mark] = [
    `${topic}/${partition}/${source_stage}/${source_partition}`,
    { offset: Number(offset), index },
  ]
  return mark
}

type Order<Item> = Readonly<{ nameOf: (item: Item) => string; isAfter: (one: Item, other: Item) => boolean }>

/** The furthest item of each name. */
function furthest<Item>(items: readonly Item[], { nameOf, isAfter }: Order<Item>): readonly Item[] {
  const found = new Map<string, Item>()
  for (const item of items) {
    const other = found.get(nameOf(item))
    if (other === undefined || isAfter(item, other)) found.set(nameOf(item), item)
  }
  return [...found.values()]
}
