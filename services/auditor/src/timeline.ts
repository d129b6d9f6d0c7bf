import type { Clickhouse } from '@watchword/clickhouse'
import { type AssessmentRecord, publicAssessment, topicOf } from '@watchword/contracts'
import { type Page, pageFrom, type PageQuery, readCursor } from '@watchword/service-kit'
import { Type } from 'typebox'
import { sql } from './reports/sql.ts'
import { createTenantReader } from './reports/tenant-reader.ts'

/** One thing that happened to a user. `data` is the assessment in its public shape, or the record as it stands on the log. */
export type TimelineItem = Readonly<{
  time: string
  topic: string
  type: string
  id: string
  app: string
  session: string
  position: string
  data: unknown
}>

type Row = Readonly<{
  ms: string
  topic: string
  partition: number
  offset: string
  type: string
  id: string
  app: string
  session: string
  body: string
}>

const columns = sql`toString(toUnixTimestamp64Milli(at)) AS ms, topic, partition, toString(offset) AS offset, type, id, app, session, body`

/** Where a page ended, in the order of the table: milliseconds, topic, partition, offset. */
const place = Type.Tuple([
  Type.String({ pattern: '^[0-9]{1,18}$' }),
  Type.String(),
  Type.Integer({ minimum: 0, maximum: 65_535 }),
  Type.String({ pattern: '^[0-9]{1,18}$' }),
])

const olderThanCursor = sql`(at, topic, partition, records.offset) <
  (fromUnixTimestamp64Milli({ms:Int64}, 'UTC'), {topic:String}, {partition:UInt16}, {offset:UInt64})`

/** The newest first. The tenant comes from the caller's key alone. */
export async function readTimeline(
  client: Clickhouse,
  who: Readonly<{ tenant: string; user: string }>,
  { limit, cursor }: PageQuery,
): Promise<Page<TimelineItem>> {
  const rows = await createTenantReader(client, who.tenant).rows<Row>({
    select: columns,
    from: 'records',
    where: [sql`user = {user:String}`, ...(cursor === undefined ? [] : [olderThanCursor])],
    orderBy: sql`at DESC, topic DESC, partition DESC, records.offset DESC`,
    rows: limit + 1,
    parameters: { user: who.user, ...(cursor === undefined ? {} : parametersOf(cursor)) },
  })
  const page = pageFrom(rows, limit, ({ ms, topic, partition, offset }) => [ms, topic, partition, offset])
  return { ...page, items: page.items.map(itemOf) }
}

function parametersOf(cursor: string): Readonly<Record<string, unknown>> {
  const [ms, topic, partition, offset] = readCursor(place, cursor)
  return { ms, topic, partition, offset }
}

function itemOf(row: Row): TimelineItem {
  const body = JSON.parse(row.body) as unknown
  return {
    time: new Date(Number(row.ms)).toISOString(),
    topic: row.topic,
    type: row.type,
    id: row.id,
    app: row.app,
    session: row.session,
    position: `${row.topic}-${row.partition}-${row.offset}`,
    data:
      row.topic === topicOf('assessment') && row.type === 'assessment'
        ? publicAssessment(body as AssessmentRecord)
        : body,
  }
}
