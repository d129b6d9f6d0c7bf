import type { Clickhouse } from '@watchword/clickhouse'
import { type AssessmentRecord, publicAssessment, topicOf } from '@watchword/contracts'
import { type Page, pageFrom, type PageQuery } from '@watchword/service-kit'
import { cursorOfRecord, newestFirst, olderThan, placeColumns, type RecordPlace } from './reports/record-place.ts'
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

type Row = RecordPlace & Readonly<{ type: string; id: string; app: string; session: string; body: string }>

/** The newest first. The tenant comes from the caller's key alone. */
export async function readTimeline(
  client: Clickhouse,
  who: Readonly<{ tenant: string; user: string }>,
  { limit, cursor }: PageQuery,
): Promise<Page<TimelineItem>> {
  const following = olderThan(cursor)
  const rows = await createTenantReader(client, who.tenant).rows<Row>({
    select: sql`${placeColumns}, type, id, app, session, body`,
    from: 'records',
    where: [sql`user = {user:String}`, ...following.where],
    orderBy: newestFirst,
    rows: limit + 1,
    parameters: { user: who.user, ...following.parameters },
  })
  const page = pageFrom(rows, limit, cursorOfRecord)
  return { ...page, items: page.items.map(itemOf) }
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
