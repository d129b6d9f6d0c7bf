import { type HttpServer, pageFrom, readCursor } from '@watchword/service-kit'
import { type Static, Type } from 'typebox'
import { type ListQuery, type ReportRouteDeps, registerListRoute } from './list-route.ts'
import { type Period, periodOf, periodSchema } from './period.ts'
import { type Sql, sql } from './sql.ts'
import type { TenantReader } from './tenant-reader.ts'

/** What is counted, by its name in the path: subjects of the tables of counts, and which of their names. */
const reports: Readonly<Record<StatsName, Readonly<{ of: Sql; about: string }>>> = {
  decisions: { of: sql`subject = 'decision'`, about: 'Decisions: allow, notify, step-up, deny.' },
  levels: { of: sql`subject = 'level'`, about: 'Levels of risk.' },
  signals: { of: sql`subject = 'signal'`, about: 'Signals that gave points, by code.' },
  locks: { of: sql`subject = 'lock'`, about: 'Locks, extended and unlocked by what.' },
  activities: { of: sql`subject = 'activity'`, about: 'Activities by type and outcome.' },
  notifications: { of: sql`subject = 'notification'`, about: 'Notifications by kind.' },
  deliveries: { of: sql`subject = 'delivery'`, about: 'Attempts to deliver notifications, by what became of them.' },
  mfa: {
    of: sql`(subject = 'lock' AND name IN ('session-locked', 'unlocked-by-verification', 'unlocked-by-operator'))
      OR (subject = 'session' AND name IN ('verification-passed', 'verification-failed', 'session-ended'))`,
    about: 'From lock to proof: locked, failed, passed, unlocked by what, ended.',
  },
}

const names = ['decisions', 'levels', 'signals', 'locks', 'activities', 'notifications', 'deliveries', 'mfa'] as const
type StatsName = (typeof names)[number]

const item = Type.Object({
  time: Type.String({ description: 'Beginning of the minute or hour.' }),
  name: Type.String(),
  count: Type.Integer(),
  users: Type.Integer({ description: 'How many different ones, about.' }),
})

const query = {
  ...periodSchema,
  interval: Type.Optional(
    Type.Enum(['minute', 'hour'], { description: 'Default: hour. Minutes are kept for 92 days, hours for 3 years.' }),
  ),
  app: Type.Optional(Type.String({ maxLength: 63 })),
}

const dayMs = 86_400_000

/** `GET /v1/stats/{name}`: how many there were of each in each minute or hour of a period; of the last 24 h without one. */
export function registerStatsRoutes(server: HttpServer, deps: ReportRouteDeps): void {
  for (const name of names)
    registerListRoute(server, deps, {
      url: `/v1/stats/${name}`,
      summary: `${reports[name].about} Counted by hour or minute, oldest first, paged; JSON or CSV.`,
      query,
      item,
      columns: (['time', 'name', 'count', 'users'] as const).map((column) => ({
        name: column,
        value: (row: Static<typeof item>) => row[column],
      })),
      read: (reader, asked) =>
        readCounts(reader, reports[name].of, asked, periodOf(asked, { now: deps.now(), defaultMs: dayMs })),
    })
}

type Row = Readonly<{ seconds: string; name: string; count: number; users: number }>

const place = Type.Tuple([Type.String({ pattern: '^[0-9]{1,12}$' }), Type.String({ maxLength: 200 })])

async function readCounts(reader: TenantReader, of: Sql, asked: ListQuery<typeof query>, period: Period) {
  const { limit, cursor, interval = 'hour' } = asked
  const [seconds, lastName] = cursor === undefined ? [] : readCursor(place, cursor)
  const { from, select, within, behind, groupBy, orderBy } = byInterval[interval]
  const rows = await reader.rows<Row>({
    select,
    from,
    where: [
      of,
      within,
      ...(asked.app === undefined ? [] : [sql`app = {app:String}`]),
      ...(cursor === undefined ? [] : [behind]),
    ],
    groupBy,
    orderBy,
    rows: limit + 1,
    parameters: {
      from: Math.floor(period.from / 1000),
      to: Math.ceil(period.to / 1000),
      app: asked.app,
      seconds,
      lastName,
    },
  })
  const page = pageFrom(rows, limit, (row) => [row.seconds, row.name])
  return { ...page, items: page.items.map(itemOf) }
}

const byInterval = {
  minute: {
    from: 'counts_by_minute',
    select: sql`toString(toUnixTimestamp(minute)) AS seconds, name, toUInt32(sum(counts_by_minute.count)) AS count, toUInt32(uniqMerge(counts_by_minute.users)) AS users`,
    within: sql`minute >= toDateTime({from:UInt32}, 'UTC') AND minute < toDateTime({to:UInt32}, 'UTC')`,
    behind: sql`(minute, toString(name)) > (toDateTime({seconds:UInt32}, 'UTC'), {lastName:String})`,
    groupBy: sql`minute, name`,
    orderBy: sql`minute, name`,
  },
  hour: {
    from: 'counts_by_hour',
    select: sql`toString(toUnixTimestamp(hour)) AS seconds, name, toUInt32(sum(counts_by_hour.count)) AS count, toUInt32(uniqMerge(counts_by_hour.users)) AS users`,
    within: sql`hour >= toStartOfHour(toDateTime({from:UInt32}, 'UTC')) AND hour < toDateTime({to:UInt32}, 'UTC')`,
    behind: sql`(hour, toString(name)) > (toDateTime({seconds:UInt32}, 'UTC'), {lastName:String})`,
    groupBy: sql`hour, name`,
    orderBy: sql`hour, name`,
  },
} as const

function itemOf({ seconds, ...row }: Row): Static<typeof item> {
  return { time: new Date(Number(seconds) * 1000).toISOString(), ...row }
}
