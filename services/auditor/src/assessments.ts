import type { Clickhouse } from '@watchword/clickhouse'
import {
  assessedPlace,
  type AssessmentRecord,
  type PublicAssessment,
  publicAssessment,
  topicOf,
} from '@watchword/contracts'
import type { EventLog } from '@watchword/event-log'
import { sql } from './reports/sql.ts'
import { createTenantReader } from './reports/tenant-reader.ts'
import { storeRows } from './store-rows.ts'

/** One assessment of the tenant, with its explanation; undefined where none is stored. */
export async function readAssessment(
  client: Clickhouse,
  tenant: string,
  id: string,
): Promise<PublicAssessment | undefined> {
  const [row] = await createTenantReader(client, tenant).rows<{ body: string }>({
    select: sql`body`,
    from: 'records',
    where: [sql`topic = {topic:String}`, sql`id = {id:String}`],
    orderBy: sql`at`,
    rows: 1,
    parameters: { topic: topicOf('assessment'), id },
  })
  return row && publicAssessment(JSON.parse(row.body) as AssessmentRecord)
}

/**
 * Whether an assessment of this id would be stored by now, whoever stores: when it can be none of an activity that the log holds, or when
 * one of the same partition is stored that was made of this activity or a later one. It is asked before the assessment is looked for.
 */
export async function wouldBeStored(
  id: string,
  { log, client }: Readonly<{ log: EventLog; client: Clickhouse }>,
): Promise<boolean> {
  const place = assessedPlace(id)
  if (place === undefined) return true
  const ends = await log.ends(topicOf('activity'))
  if (place.offset >= (ends[place.partition] ?? 0)) return true
  // The assessments of a partition come in the order of its activities, and are stored in theirs.
  const later = await storeRows(
    client,
    `SELECT 1 FROM records WHERE topic = {topic:String} AND source_stage != ''
       AND source_partition = {partition:UInt16} AND source_offset >= {offset:UInt64} LIMIT 1`,
    { topic: topicOf('assessment'), ...place },
  )
  return later.length > 0
}
