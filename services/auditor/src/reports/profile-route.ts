import { keyGate, userOf } from '@watchword/access'
import type { HttpServer } from '@watchword/service-kit'
import { type Static, Type } from 'typebox'
import type { ReportRouteDeps } from './list-route.ts'
import { sql } from './sql.ts'
import { createTenantReader, type TenantReader } from './tenant-reader.ts'

const seen = Type.Object({
  value: Type.String(),
  firstSeen: Type.String(),
  lastSeen: Type.String(),
  activities: Type.Integer(),
})

const profile = Type.Object({
  user: Type.String(),
  firstSeen: Type.Optional(Type.String()),
  lastSeen: Type.Optional(Type.String()),
  activities: Type.Integer({
    description: 'Of the days that activities are kept, 400 unless it is configured, as everything here.',
  }),
  sessions: Type.Integer(),
  lastAssessment: Type.Optional(
    Type.Object({
      id: Type.String(),
      time: Type.String(),
      score: Type.Number(),
      level: Type.String(),
      decision: Type.String(),
      reasonAdmin: Type.String(),
    }),
  ),
  decisions: Type.Record(Type.String(), Type.Integer(), { description: 'How many of each.' }),
  locks: Type.Object({
    locked: Type.Integer(),
    unlockedByVerification: Type.Integer(),
    unlockedByOperator: Type.Integer(),
  }),
  devices: Type.Array(seen),
  addresses: Type.Array(seen),
  countries: Type.Array(seen),
  browsers: Type.Array(seen),
})

type Profile = Static<typeof profile>

/** `GET /v1/users/{user}/profile`: what is known of a user; of each kind of context the 20 that were last seen. A user without records has none. */
export function registerProfileRoute(server: HttpServer, { access, reader, freshened }: ReportRouteDeps): void {
  const { security, onRequest, whoOf } = keyGate(access, 'report')
  server.get(
    '/v1/users/:user/profile',
    {
      schema: {
        summary: 'What is known of a user: contexts, decisions, locks and the last assessment.',
        security,
        params: Type.Object({ user: Type.String({ minLength: 1, maxLength: 256 }) }),
        documentation: {
          answers: { 200: { description: 'The profile.', body: profile } },
          problems: ['invalid', 'log-unavailable', 'store-unavailable'],
        },
      },
      onRequest,
    },
    async (request) => {
      const { tenant } = whoOf(request)
      const user = userOf(request.params.user, '/path/user', access.userNamesOf(tenant))
      await freshened()
      return readProfile(createTenantReader(reader, tenant), user)
    },
  )
}

async function readProfile(reader: TenantReader, user: string): Promise<Profile> {
  const [totals, contexts, decisions, locks, last] = await Promise.all([
    readTotals(reader, user),
    readContexts(reader, user),
    readDecisions(reader, user),
    readLockCounts(reader, user),
    readLastAssessment(reader, user),
  ])
  return {
    user,
    ...totals,
    ...(last === undefined ? {} : { lastAssessment: last }),
    decisions,
    locks,
    devices: contexts('device'),
    addresses: contexts('address'),
    countries: contexts('country'),
    browsers: contexts('browser'),
  }
}

const ofUser = sql`user = {user:String}`
const iso = (ms: string): string => new Date(Number(ms)).toISOString()

async function readTotals(reader: TenantReader, user: string) {
  const [row] = await reader.rows<{ first: string; last: string; activities: number; sessions: number }>({
    select: sql`toString(toUnixTimestamp64Milli(min(at))) AS first, toString(toUnixTimestamp64Milli(max(at))) AS last,
      toUInt32(count()) AS activities, toUInt32(uniqIf(session, session != '')) AS sessions`,
    from: 'activities',
    where: [ofUser],
    orderBy: sql`activities`,
    rows: 1,
    parameters: { user },
  })
  const { first = '0', last = '0', activities = 0, sessions = 0 } = row ?? {}
  return activities === 0
    ? { activities, sessions }
    : { firstSeen: iso(first), lastSeen: iso(last), activities, sessions }
}

type ContextRow = Readonly<{ kind: string; value: string; first: string; last: string; activities: number }>

async function readContexts(reader: TenantReader, user: string) {
  const rows = await reader.rows<ContextRow>({
    select: sql`tupleElement(context, 1) AS kind, tupleElement(context, 2) AS value,
      toString(toUnixTimestamp64Milli(min(at))) AS first, toString(toUnixTimestamp64Milli(max(at))) AS last, toUInt32(count()) AS activities,
      arrayJoin([('device', device), ('address', if(ip = toIPv6('::'), '', replaceOne(toString(ip), '::ffff:', ''))),
        ('country', toString(country)), ('browser', trim(concat(browser, ' ', os)))]) AS context`,
    from: 'activities',
    where: [ofUser],
    groupBy: sql`context`,
    having: [sql`value != ''`],
    orderBy: sql`max(at) DESC, value LIMIT 20 BY kind`,
    rows: 100,
    parameters: { user },
  })
  return (kind: string): Static<typeof seen>[] =>
    rows
      .filter((row) => row.kind === kind)
      .map(({ value, first, last, activities }) => ({ value, firstSeen: iso(first), lastSeen: iso(last), activities }))
}

async function readDecisions(reader: TenantReader, user: string): Promise<Profile['decisions']> {
  const rows = await reader.rows<{ name: string; count: number }>({
    select: sql`toString(decision) AS name, toUInt32(count()) AS count`,
    from: 'assessments',
    where: [ofUser],
    groupBy: sql`decision`,
    orderBy: sql`decision`,
    rows: 10,
    parameters: { user },
  })
  return Object.fromEntries(rows.map(({ name, count }) => [name, count]))
}

async function readLockCounts(reader: TenantReader, user: string): Promise<Profile['locks']> {
  const [row] = await reader.rows<Profile['locks']>({
    select: sql`toUInt32(countIf(event = 'session-locked')) AS locked,
      toUInt32(countIf(event = 'session-unlocked' AND by = 'verification')) AS unlockedByVerification,
      toUInt32(countIf(event = 'session-unlocked' AND by = 'operator')) AS unlockedByOperator`,
    from: 'lock_events',
    where: [ofUser],
    orderBy: sql`locked`,
    rows: 1,
    parameters: { user },
  })
  return row ?? { locked: 0, unlockedByVerification: 0, unlockedByOperator: 0 }
}

type LastRow = Readonly<{ id: string; ms: string; score: number; level: string; decision: string; reasonAdmin: string }>

async function readLastAssessment(reader: TenantReader, user: string): Promise<Profile['lastAssessment']> {
  const [row] = await reader.rows<LastRow>({
    select: sql`id, toString(toUnixTimestamp64Milli(at)) AS ms, score, level, decision, reason_admin AS reasonAdmin`,
    from: 'assessments',
    where: [ofUser],
    orderBy: sql`at DESC, partition DESC, assessments.offset DESC`,
    rows: 1,
    parameters: { user },
  })
  if (row === undefined) return undefined
  const { ms, ...last } = row
  return { ...last, time: iso(ms) }
}
