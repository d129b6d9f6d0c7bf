import type { Clickhouse } from '@watchword/clickhouse'
import { follows } from '../chain/chain-beginning.ts'
import { chainName, firstLink } from '../chain/link.ts'
import type { StoredRecord } from '../chain/row-reader.ts'
import { storeRows } from '../store-rows.ts'

type Place = Pick<StoredRecord, 'topic' | 'partition' | 'offset'>
type LinkRow = Readonly<{ topic: string; partition: number; offset: string; link: string }>

const dayMs = 86_400_000

/**
 * The link before each record, in hex, whosever record it is of. A chain is stored in its order, so what stands before a record was mostly stored
 * shortly before it; further back is looked for the few of which that is not so. Undefined where the record before it has been removed.
 */
export async function linksBefore(
  client: Clickhouse,
  records: readonly StoredRecord[],
): Promise<readonly (string | undefined)[]> {
  if (records.length === 0) return []
  const since = Math.min(...records.map(({ stored }) => stored)) - dayMs
  const near = await foundBefore(client, records, since)
  const left = records.filter((record) => !near.has(nameOf(record)))
  const far = left.length === 0 ? new Map<string, string>() : await foundBefore(client, left, 0)
  return records.map((record) => {
    const found = near.get(nameOf(record)) ?? far.get(nameOf(record))
    if (found !== undefined) return found
    const first = firstLink(record.topic, record.partition)
    return follows(record, first) ? Buffer.from(first).toString('hex') : undefined
  })
}

async function foundBefore(
  client: Clickhouse,
  places: readonly Place[],
  since: number,
): Promise<ReadonlyMap<string, string>> {
  const rows = await storeRows<LinkRow>(
    client,
    `SELECT wanted.topic AS topic, wanted.partition AS partition, toString(wanted.place) AS offset, lower(hex(stands.link)) AS link
     FROM (
       SELECT tupleElement(each, 1) AS topic, tupleElement(each, 2) AS partition, tupleElement(each, 3) AS place
       FROM (SELECT arrayJoin(arrayZip({topics:Array(String)}, {partitions:Array(UInt16)}, {offsets:Array(UInt64)})) AS each)
     ) AS wanted
     ASOF JOIN (
       SELECT toString(topic) AS topic, partition, offset AS place, hash AS link FROM records
       WHERE topic IN {topics:Array(String)} AND partition IN {partitions:Array(UInt16)}
         AND stored >= fromUnixTimestamp64Milli({since:Int64}, 'UTC')
     ) AS stands ON wanted.topic = stands.topic AND wanted.partition = stands.partition AND wanted.place > stands.place`,
    {
      topics: places.map(({ topic }) => topic),
      partitions: places.map(({ partition }) => partition),
      offsets: places.map(({ offset }) => offset),
      since: Math.max(0, since),
    },
  )
  return new Map(rows.map(({ topic, partition, offset, link }) => [`${chainName(topic, partition)}/${offset}`, link]))
}

function nameOf({ topic, partition, offset }: Place): string {
  return `${chainName(topic, partition)}/${offset}`
}

/** The time of an insert is never set back, that of a checkpoint is the clock's. */
const clockSkewMs = 60_000

/** At most as many as of a day. */
const checkpointsMax = 1_440

/** The checkpoints that were signed since the first of the records was stored. */
export async function checkpointsSince(client: Clickhouse, records: readonly StoredRecord[]): Promise<string[]> {
  if (records.length === 0) return []
  const rows = await storeRows<{ text: string }>(
    client,
    `SELECT text FROM checkpoints WHERE at >= fromUnixTimestamp64Milli({since:Int64}, 'UTC')
     ORDER BY number LIMIT {rows:UInt32}`,
    { since: Math.max(0, Math.min(...records.map(({ stored }) => stored)) - clockSkewMs), rows: checkpointsMax },
  )
  return rows.map(({ text }) => text)
}
