import { type HttpServer, pageFrom, readCursor } from '@watchword/service-kit'
import { type Static, Type } from 'typebox'
import { type ListQuery, type ReportRouteDeps, registerListRoute } from './list-route.ts'
import { periodOf, periodSchema, withinPeriod } from './period.ts'
import { sql } from './sql.ts'
import type { TenantReader } from './tenant-reader.ts'

const item = Type.Object({
  session: Type.String(),
  app: Type.String(),
  user: Type.String(),
  firstSeen: Type.String(),
  lastSeen: Type.String(),
  activities: Type.Integer(),
  devices: Type.Array(Type.String()),
  addresses: Type.Array(Type.String()),
  countries: Type.Array(Type.String()),
  level: Type.Optional(Type.String({ description: 'Of the last assessment.' })),
  score: Type.Optional(Type.Number({ description: 'The highest.' })),
  decision: Type.Optional(Type.String({ description: 'The last.' })),
  endedAt: Type.Optional(Type.String()),
})

const query = {
  ...periodSchema,
  user: Type.Optional(Type.String({ maxLength: 256 })),
  app: Type.Optional(Type.String({ maxLength: 63 })),
}

const weekMs = 7 * 86_400_000

/** Users may share names of sessions, so there may be more of them than were asked for. */
const groupsMax = 10_000

const list = (name: keyof Static<typeof item>) => ({
  name,
  value: (row: Static<typeof item>) => (row[name] as readonly string[]).join(' '),
})
const plain = (name: keyof Static<typeof item>) => ({
  name,
  value: (row: Static<typeof item>) => row[name] as string | number | undefined,
})

/** `GET /v1/sessions`: sessions in which something was done in a period, the last active first; the last 7 days without one. */
export function registerSessionsRoute(server: HttpServer, deps: ReportRouteDeps): void {
  registerListRoute(server, deps, {
    url: '/v1/sessions',
    summary: 'Sessions with activities in a period, the last active first, paged; JSON or CSV.',
    query,
    item,
    columns: [
      ...(['session', 'app', 'user', 'firstSeen', 'lastSeen', 'activities'] as const).map(plain),
      ...(['devices', 'addresses', 'countries'] as const).map(list),
      ...(['level', 'score', 'decision', 'endedAt'] as const).map(plain),
    ],
    read: (reader, asked) => readSessions(reader, asked, deps.now()),
  })
}

type Row = Readonly<{
  session: string
  app: string
  user: string
  first: string
  last: string
  activities: number
  devices: readonly string[]
  addresses: readonly string[]
  countries: readonly string[]
}>

const place = Type.Tuple([
  Type.String({ pattern: '^[0-9]{1,15}$' }),
  Type.String({ maxLength: 63 }),
  Type.String({ maxLength: 256 }),
  Type.String({ maxLength: 1024 }),
])

async function readSessions(reader: TenantReader, asked: ListQuery<typeof query>, now: number) {
  const { limit, cursor } = asked
  const [ms, lastApp, lastUser, lastSession] = cursor === undefined ? [] : readCursor(place, cursor)
  const rows = await reader.rows<Row>({
    select: sql`session, app, user, toString(toUnixTimestamp64Milli(min(at))) AS first, toString(toUnixTimestamp64Milli(max(at))) AS last,
      toUInt32(count()) AS activities, arraySort(groupUniqArrayIf(20)(device, device != '')) AS devices,
      arraySort(groupUniqArrayIf(20)(replaceOne(toString(ip), '::ffff:', ''), ip != toIPv6('::'))) AS addresses,
      arraySort(groupUniqArrayIf(20)(toString(country), country != '')) AS countries`,
    from: 'activities',
    where: [
      withinPeriod,
      sql`session != ''`,
      ...(asked.user === undefined ? [] : [sql`user = {user:String}`]),
      ...(asked.app === undefined ? [] : [sql`app = {app:String}`]),
    ],
    groupBy: sql`app, user, session`,
    having:
      cursor === undefined
        ? []
        : [
            sql`(max(at), app, user, session) <
              (fromUnixTimestamp64Milli({ms:Int64}, 'UTC'), {lastApp:String}, {lastUser:String}, {lastSession:String})`,
          ],
    orderBy: sql`max(at) DESC, app DESC, user DESC, session DESC`,
    rows: limit + 1,
    parameters: {
      ...periodOf(asked, { now, defaultMs: weekMs }),
      user: asked.user,
      app: asked.app,
      ms,
      lastApp,
      lastUser,
      lastSession,
    },
  })
  const page = pageFrom(rows, limit, (row) => [row.last, row.app, row.user, row.session])
  const [judged, ended] = await Promise.all([readJudgements(reader, page.items), readEnds(reader, page.items)])
  return { ...page, items: page.items.map((row) => itemOf(row, judged.get(keyOf(row)), ended.get(keyOf(row)))) }
}

type Named = Readonly<{ app: string; user: string; session: string }>
type Judgement = Named & Readonly<{ level: string; score: number; decision: string }>
type End = Named & Readonly<{ ended: string }>

function keyOf({ app, user, session }: Named): string {
  return JSON.stringify([app, user, session])
}

const ofSessions = sql`session IN {sessions:Array(String)} AND user IN {users:Array(String)}`

function namesOf(rows: readonly Named[]) {
  return {
    sessions: [...new Set(rows.map(({ session }) => session))],
    users: [...new Set(rows.map(({ user }) => user))],
  }
}

async function readJudgements(reader: TenantReader, rows: readonly Named[]): Promise<ReadonlyMap<string, Judgement>> {
  const found = await reader.rows<Judgement>({
    select: sql`app, user, session, toString(argMax(assessments.level, at)) AS level, max(assessments.score) AS score,
      toString(argMax(assessments.decision, at)) AS decision`,
    from: 'assessments',
    where: [ofSessions],
    groupBy: sql`app, user, session`,
    orderBy: sql`app, user, session`,
    rows: groupsMax,
    parameters: namesOf(rows),
  })
  return new Map(found.map((row) => [keyOf(row), row]))
}

async function readEnds(reader: TenantReader, rows: readonly Named[]): Promise<ReadonlyMap<string, End>> {
  const found = await reader.rows<End>({
    select: sql`app, user, session, toString(toUnixTimestamp64Milli(max(at))) AS ended`,
    from: 'session_events',
    where: [ofSessions, sql`event = 'session-ended'`],
    groupBy: sql`app, user, session`,
    orderBy: sql`app, user, session`,
    rows: groupsMax,
    parameters: namesOf(rows),
  })
  return new Map(found.map((row) => [keyOf(row), row]))
}

function itemOf(row: Row, judged: Judgement | undefined, end: End | undefined): Static<typeof item> {
  return {
    session: row.session,
    app: row.app,
    user: row.user,
    firstSeen: new Date(Number(row.first)).toISOString(),
    lastSeen: new Date(Number(row.last)).toISOString(),
    activities: row.activities,
    devices: [...row.devices],
    addresses: [...row.addresses],
    countries: [...row.countries],
    ...(judged === undefined ? {} : { level: judged.level, score: judged.score, decision: judged.decision }),
    ...(end === undefined ? {} : { endedAt: new Date(Number(end.ended)).toISOString() }),
  }
}
