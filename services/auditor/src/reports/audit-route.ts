import { type HttpServer, pageFrom } from '@watchword/service-kit'
import { type Static, Type } from 'typebox'
import { type ListQuery, type ReportRouteDeps, registerListRoute } from './list-route.ts'
import { periodOf, periodSchema, withinPeriod } from './period.ts'
import { cursorOfRecord, newestFirst, olderThan, placeColumns, type RecordPlace } from './record-place.ts'
import { sql } from './sql.ts'
import type { TenantReader } from './tenant-reader.ts'

const item = Type.Object({
  time: Type.String(),
  topic: Type.String(),
  partition: Type.Integer(),
  offset: Type.Integer(),
  type: Type.String(),
  id: Type.String(),
  app: Type.String(),
  user: Type.String(),
  session: Type.String(),
  hash: Type.String({ description: 'Its link in the chain of the partition, SHA-256 in hex.' }),
  data: Type.Unknown({ description: 'The record as it stands on the log, without what only its owner needs.' }),
})

const query = {
  ...periodSchema,
  topic: Type.Optional(Type.String({ maxLength: 100, description: 'Such as `watchword.session.v1`.' })),
  user: Type.Optional(Type.String({ maxLength: 256 })),
  type: Type.Optional(Type.String({ maxLength: 100, description: 'Such as `session.session-locked`.' })),
}

type Row = RecordPlace &
  Readonly<{ type: string; id: string; app: string; user: string; session: string; hash: string; body: string }>

const dayMs = 86_400_000

/** `GET /v1/audit`: the records of a period, the newest first; the last 30 days without one. */
export function registerAuditRoute(server: HttpServer, deps: ReportRouteDeps): void {
  registerListRoute(server, deps, {
    url: '/v1/audit',
    summary: 'Every record of a period, newest first, paged; JSON or CSV.',
    query,
    item,
    columns: [
      ...(['time', 'topic', 'partition', 'offset', 'type', 'id', 'app', 'user', 'session', 'hash'] as const).map(
        (name) => ({ name, value: (row: Static<typeof item>) => row[name] }),
      ),
      { name: 'data', value: ({ data }) => JSON.stringify(data) },
    ],
    read: (reader, asked) => readRecords(reader, asked, deps.now()),
  })
}

async function readRecords(reader: TenantReader, asked: ListQuery<typeof query>, now: number) {
  const { limit, cursor, topic, user, type } = asked
  const following = olderThan(cursor)
  const rows = await reader.rows<Row>({
    select: sql`${placeColumns}, type, id, app, user, session, lower(hex(hash)) AS hash, body`,
    from: 'records',
    where: [
      withinPeriod,
      ...(topic === undefined ? [] : [sql`topic = {topic:String}`]),
      ...(user === undefined ? [] : [sql`user = {user:String}`]),
      ...(type === undefined ? [] : [sql`type = {type:String}`]),
      ...following.where,
    ],
    orderBy: newestFirst,
    rows: limit + 1,
    parameters: { ...periodOf(asked, { now, defaultMs: 30 * dayMs }), topic, user, type, ...following.parameters },
  })
  const page = pageFrom(rows, limit, cursorOfRecord)
  return { ...page, items: page.items.map(itemOf) }
}

function itemOf({ ms, offset, body, ...row }: Row): Static<typeof item> {
  return { time: new Date(Number(ms)).toISOString(), ...row, offset: Number(offset), data: JSON.parse(body) as unknown }
}
