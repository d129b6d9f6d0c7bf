import type { ClickHouseClient } from '@clickhouse/client'
import { type AssessmentRecord, publicAssessment, topicOf } from '@watchword/contracts'
import { problem } from '@watchword/service-kit'
import { readCursor, writeCursor } from './paging.ts'

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

export type TimelinePage = Readonly<{ items: readonly TimelineItem[]; next?: string }>

type Row = Readonly<{
  at: string
  topic: string
  partition: number
  offset: string
  type: string
  id: string
  app: string
  session: string
  body: string
}>

const columns = 'toString(at) AS at, topic, partition, toString(offset) AS offset, type, id, app, session, body'

/** The newest first. The tenant is a parameter of every query and comes from the caller's key alone. */
export async function readTimeline(
  client: ClickHouseClient,
  who: Readonly<{ tenant: string; user: string }>,
  page: Readonly<{ limit: number; cursor?: string }>,
): Promise<TimelinePage> {
  const after = page.cursor === undefined ? undefined : readCursor(page.cursor)
  const rows = await select(
    client,
    `SELECT ${columns} FROM audit
     WHERE tenant = {tenant:String} AND user = {user:String}
     ${after ? "AND (audit.at, topic, partition, audit.offset) < (toDateTime64({at:String}, 3, 'UTC'), {topic:String}, {partition:UInt16}, {offset:UInt64})" : ''}
     ORDER BY audit.at DESC, topic DESC, partition DESC, audit.offset DESC LIMIT {limit:UInt32}`,
    { ...who, ...after, limit: page.limit + 1 },
  )
  const items = rows.slice(0, page.limit)
  const last = items.at(-1)
  return {
    items: items.map(itemOf),
    ...(rows.length > page.limit && last ? { next: writeCursor(last) } : {}),
  }
}

/** One assessment of the tenant, with its explanation; throws `not-found`. */
export async function readAssessment(client: ClickHouseClient, tenant: string, id: string): Promise<unknown> {
  const rows = await select(
    client,
    `SELECT ${columns} FROM audit WHERE tenant = {tenant:String} AND topic = {topic:String} AND id = {id:String} LIMIT 1`,
    { tenant, topic: topicOf('assessment'), id },
  )
  const row = rows[0]
  if (!row) throw problem('not-found', { detail: 'There is no such assessment.' })
  return publicAssessment(JSON.parse(row.body) as AssessmentRecord)
}

function itemOf(row: Row): TimelineItem {
  const body = JSON.parse(row.body) as unknown
  return {
    time: `${row.at.replace(' ', 'T')}Z`,
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

async function select(
  client: ClickHouseClient,
  query: string,
  query_params: Record<string, unknown>,
): Promise<readonly Row[]> {
  try {
    const result = await client.query({ query, query_params, format: 'JSONEachRow' })
    return await result.json<Row>()
  } catch (cause) {
    throw problem('store-unavailable', { cause })
  }
}
