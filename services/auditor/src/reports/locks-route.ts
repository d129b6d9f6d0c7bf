import { type HttpServer, pageFrom, readCursor } from '@watchword/service-kit'
import { type Static, Type } from 'typebox'
import { type ListQuery, type ReportRouteDeps, registerListRoute } from './list-route.ts'
import { periodOf, periodSchema } from './period.ts'
import { sql } from './sql.ts'
import type { TenantReader } from './tenant-reader.ts'

const item = Type.Object({
  id: Type.String(),
  user: Type.String(),
  app: Type.Optional(Type.String()),
  session: Type.Optional(Type.String()),
  device: Type.Optional(Type.String()),
  scope: Type.String(),
  level: Type.String(),
  by: Type.String({ description: 'What locked: risk, operator, expiry, or a requirement of the policy.' }),
  since: Type.String(),
  changedAt: Type.String(),
  state: Type.Enum(['locked', 'unlocked', 'ended'], {
    description: 'Ended: with the session, which never comes back.',
  }),
  unlockedBy: Type.Optional(Type.String({ description: 'Verification or operator.' })),
  reason: Type.Optional(Type.String({ description: 'Of the operator who unlocked.' })),
})

const states = ['locked', 'unlocked', 'ended'] as const

const query = {
  ...periodSchema,
  user: Type.Optional(Type.String({ maxLength: 256 })),
  state: Type.Optional(Type.Enum([...states])),
}

const monthMs = 30 * 86_400_000

/** `GET /v1/locks`: locks that came into force or changed in a period, the newest first; the last 30 days without one. */
export function registerLocksRoute(server: HttpServer, deps: ReportRouteDeps): void {
  const names = [
    'id',
    'user',
    'app',
    'session',
    'device',
    'scope',
    'level',
    'by',
    'since',
    'changedAt',
    'state',
  ] as const
  registerListRoute(server, deps, {
    url: '/v1/locks',
    summary: 'Locks that came into force or changed in a period, newest first, paged; JSON or CSV.',
    query,
    item,
    columns: [...names, 'unlockedBy' as const, 'reason' as const].map((name) => ({
      name,
      value: (row: Static<typeof item>) => row[name],
    })),
    read: (reader, asked) => readLocks(reader, asked, deps.now()),
  })
}

type Row = Readonly<{
  lock: string
  user: string
  lock_app: string
  lock_session: string
  device: string
  scope: string
  level: string
  by: string
  since: string
  changed: string
  state: (typeof states)[number]
  unlocked_by: string
  reason: string
}>

const place = Type.Tuple([Type.String({ pattern: '^[0-9]{1,15}$' }), Type.String({ maxLength: 200 })])

/** A lock's events, and the end of its session, which leaves no event of the lock. */
const columns = sql`lock, user, anyLast(lock_events.app) AS lock_app, anyLast(lock_events.session) AS lock_session,
  anyLast(lock_events.device) AS device, toString(anyLast(lock_events.scope)) AS scope,
  toString(argMaxIf(lock_events.level, lock_events.offset, lock_events.level != '')) AS level,
  toString(argMaxIf(lock_events.by, lock_events.offset, event != 'session-unlocked')) AS by,
  toString(toUnixTimestamp64Milli(min(at))) AS since, toString(toUnixTimestamp64Milli(max(at))) AS changed,
  multiIf(countIf(event = 'session-unlocked') > 0, 'unlocked',
    (user, lock_app, lock_session) IN (SELECT user, app, session FROM ended_sessions), 'ended', 'locked') AS state,
  toString(anyLastIf(lock_events.by, event = 'session-unlocked')) AS unlocked_by,
  anyLastIf(lock_events.reason, event = 'session-unlocked') AS reason`

async function readLocks(reader: TenantReader, asked: ListQuery<typeof query>, now: number) {
  const { limit, cursor, state } = asked
  const [ms, lastLock] = cursor === undefined ? [] : readCursor(place, cursor)
  const rows = await reader.rows<Row>({
    also: {
      ended_sessions: {
        select: sql`user, toString(app) AS app, session`,
        from: 'session_events',
        where: [sql`event = 'session-ended'`, sql`session != ''`],
      },
    },
    select: columns,
    from: 'lock_events',
    where: asked.user === undefined ? [] : [sql`user = {user:String}`],
    groupBy: sql`lock, user`,
    having: [
      sql`max(at) >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND min(at) < fromUnixTimestamp64Milli({to:Int64}, 'UTC')`,
      ...(state === undefined ? [] : [sql`state = {state:String}`]),
      ...(cursor === undefined
        ? []
        : [sql`(min(at), lock) < (fromUnixTimestamp64Milli({ms:Int64}, 'UTC'), {lastLock:String})`]),
    ],
    orderBy: sql`min(at) DESC, lock DESC`,
    rows: limit + 1,
    parameters: {
      ...periodOf(asked, { now, defaultMs: monthMs }),
      user: asked.user,
      state,
      ms,
      lastLock,
    },
  })
  const page = pageFrom(rows, limit, (row) => [row.since, row.lock])
  return { ...page, items: page.items.map(itemOf) }
}

function itemOf(row: Row): Static<typeof item> {
  return {
    id: row.lock,
    user: row.user,
    ...(row.lock_app === '' ? {} : { app: row.lock_app }),
    ...(row.lock_session === '' ? {} : { session: row.lock_session }),
    ...(row.device === '' ? {} : { device: row.device }),
    scope: row.scope,
    level: row.level,
    by: row.by,
    since: new Date(Number(row.since)).toISOString(),
    changedAt: new Date(Number(row.changed)).toISOString(),
    state: row.state,
    ...(row.unlocked_by === '' ? {} : { unlockedBy: row.unlocked_by }),
    ...(row.reason === '' ? {} : { reason: row.reason }),
  }
}
