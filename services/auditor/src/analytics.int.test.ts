import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import {
  type Clickhouse,
  createClickhouse,
  type EmbeddedClickhouse,
  migrate,
  startEmbeddedClickhouse,
} from '@watchword/clickhouse'
import { createLogger } from '@watchword/service-kit'
import { anomalyViews } from './anomalies/anomaly-views.ts'
import { rarePlaces } from './anomalies/rare-places.ts'
import { auditMigrations } from './audit-schema.ts'
import { readAnomalies } from './reports/anomalies-route.ts'
import { createTenantReader } from './reports/tenant-reader.ts'
import type { PlantedAttack } from './testing/seed/planted-attacks.ts'
import { plantAttacks, seedPlainDays } from './testing/seed/index.ts'

type Row = Readonly<{ tenant: string; at: string; subject: string }>
type Period = Readonly<{ from: string; to: string }>

const directory = mkdtempSync(join(tmpdir(), 'watchword-analytics-'))
const logger = createLogger({ service: 'test', version: '0', level: 'silent' })
const day = '2026-11-19'
const plain = { users: 1_200, lastDay: day, days: 24, activitiesPerDay: 4, assessed: 'all' } as const
/** The others are measures: they say something of each day. */
const findings = anomalyViews.filter(({ name }) => name !== 'time_to_lock' && name !== 'signal_precision')

const dayOf = (number: number): string => new Date(Date.UTC(2026, 10, number)).toISOString()
const lastDay: Period = { from: dayOf(19), to: dayOf(20) }
/** What they tell is told from days before the period. */
const fromHistory = ['rare_places', 'dormant_accounts', 'export_outliers']

describe('analytics', () => {
  let server: EmbeddedClickhouse
  let client: Clickhouse
  let planted: readonly PlantedAttack[]
  before(async () => {
    server = await startEmbeddedClickhouse({ directory }, { logger })
    client = createClickhouse({ url: server.url, database: 'audit', requestTimeoutMs: 120_000 })
    await migrate(client, auditMigrations)
    for (const tenant of ['calm', 'attacked']) await seedPlainDays(client, { tenant, ...plain })
    planted = await plantAttacks(client, { tenant: 'attacked', day })
  })
  after(async () => {
    await client.close()
    await server.stop()
    rmSync(directory, { recursive: true })
  })

  function found(view: string, tenant: string, { from, to }: Period): Promise<readonly Row[]> {
    return client.rows<Row>(
      `SELECT * FROM ${view}(tenant = {tenant:String}, from = {from:DateTime64(3, 'UTC')}, to = {to:DateTime64(3, 'UTC')}) ORDER BY at, subject`,
      { parameters: { tenant, from: from.replace('Z', ''), to: to.replace('Z', '') } },
    )
  }

  test('the seeded days are those of a company, the same each time', async () => {
    const [facts] = await client.rows(
      `SELECT (SELECT uniqExact(user) > 1100 FROM activities WHERE tenant = 'calm') AS people,
         (SELECT max(users) > 200 FROM (SELECT uniqExact(user) AS users FROM activities WHERE tenant = 'calm' GROUP BY ip)) AS office,
         (SELECT countIf(outcome = 'failed') / count() BETWEEN 0.03 AND 0.15 FROM activities WHERE tenant = 'calm' AND type = 'login') AS typing,
         (SELECT max(countries) > 2 FROM (SELECT uniqExact(country) AS countries FROM activities WHERE tenant = 'calm' GROUP BY user)) AS journeys,
         (SELECT countIf(event = 'verification-passed') > 0 FROM session_events WHERE tenant = 'calm') AS proofs,
         (SELECT count() FROM activities WHERE tenant = 'calm') = (SELECT count() FROM activities WHERE tenant = 'attacked' AND startsWith(id, 'plain')) AS same`,
    )
    assert.deepEqual(facts, { people: 1, office: 1, typing: 1, journeys: 1, proofs: 1, same: 1 })
  })

  test('every view has the columns that its documentation and its route have', async () => {
    for (const { name, columns } of anomalyViews) {
      const [row] = await found(name, 'attacked', lastDay)
      assert.deepEqual(Object.keys(row ?? {}), ['tenant', 'at', 'subject', ...Object.keys(columns)], name)
    }
  })

  for (const { name } of findings)
    test(`${name} finds the attack of its kind among all others and a day's work, and nothing else`, async () => {
      const rows = await found(name, 'attacked', lastDay)
      assert.deepEqual(
        rows.map(({ subject }) => subject),
        planted
          .filter(({ view }) => view === name)
          .map(({ subject }) => subject)
          .toSorted(),
      )
      assert.ok(rows.every(({ tenant, at }) => tenant === 'attacked' && at.startsWith(day)))
    })

  for (const { name } of findings)
    test(`${name} is silent on each plain day, over all of them, and about another tenant's attacks`, async () => {
      for (const period of [daily(14), daily(19), { from: dayOf(10), to: dayOf(20) }])
        assert.deepEqual(await found(name, 'calm', period), [], `${period.from} ${period.to}`)
    })

  for (const { name } of findings)
    test(`${name} answers about all that was stored, until now and until the end of time`, async () => {
      const rows = fromHistory.includes(name) ? [] : planted.filter(({ view }) => view === name)
      for (const to of [dayOf(20), '2100-01-01T00:00:00.000Z'])
        assert.deepEqual(
          (await found(name, 'attacked', { from: '1970-01-01T00:00:00.000Z', to })).map(({ subject }) => subject),
          rows.map(({ subject }) => subject),
          to,
        )
    })

  test('impossible_travel finds the same where a period begins or ends at what a Date cannot hold', async () => {
    const once = await found('impossible_travel', 'attacked', lastDay)
    assert.equal(once.length, 1)
    for (const from of ['1969-12-31T12:00:00.000Z', '1970-01-02T00:59:59.999Z', dayOf(19)])
      for (const to of [dayOf(20), '2106-02-08T00:00:00.000Z', '2149-06-07T12:00:00.000Z'])
        assert.deepEqual(await found('impossible_travel', 'attacked', { from, to }), once, `${from} ${to}`)
  })

  test('on the first day of a tenant nobody is away or at a rare place but those who were there before', async () => {
    await seedPlainDays(client, { tenant: 'young', ...plain, days: 1 })
    for (const name of ['rare_places', 'dormant_accounts'])
      assert.deepEqual(await found(name, 'young', lastDay), [], name)
    const attacks = await plantAttacks(client, { tenant: 'young', day })
    for (const name of ['rare_places', 'dormant_accounts'])
      assert.deepEqual(
        (await found(name, 'young', lastDay)).map(({ subject }) => subject),
        attacks
          .filter(({ view }) => view === name)
          .map(({ subject }) => subject)
          .toSorted(),
        name,
      )
  })

  test('pages of a view have each row once, also rows of one moment', async () => {
    const reader = createTenantReader(client, 'attacked')
    const subjects: unknown[] = []
    let cursor: string | undefined
    do {
      const page = await readAnomalies(
        reader,
        rarePlaces,
        { ...lastDay, limit: 1, ...(cursor === undefined ? {} : { cursor }) },
        Date.parse(lastDay.to),
      )
      subjects.push(...page.items.map(({ subject }) => subject))
      cursor = page.next
    } while (cursor !== undefined)
    assert.deepEqual(subjects, ['country KP victim-rare', 'asn 131279 victim-rare'])
  })

  test('time_to_lock says how long each hour took, from the receipt of the cause to the log, and a second more to the acknowledgement', async () => {
    const [hour] = await found('time_to_lock', 'attacked', { from: dayOf(19), to: '2026-11-19T03:00:00.000Z' })
    assert.deepEqual(hour, {
      tenant: 'attacked',
      at: '2026-11-19T02:00:00.000Z',
      subject: '2026-11-19T02:00:00Z',
      locks: '1',
      lock_ms_p50: 90,
      lock_ms_p95: 90,
      lock_ms_p99: 90,
      acknowledged_ms_p50: 1090,
      acknowledged_ms_p95: 1090,
      acknowledged_ms_p99: 1090,
    })
  })

  test('signal_precision counts each assessment by its last verdict, and says how sure so few make it', async () => {
    const rows = await found('signal_precision', 'attacked', lastDay)
    const told = {
      tenant: 'attacked',
      at: '2026-11-19T16:00:00.000Z',
      compromised: '1',
      safe: '0',
      dismissed: '0',
      precision: 1,
    }
    assert.deepEqual(
      rows.map((row) => ({ ...row, precision_low: undefined, precision_high: undefined })),
      ['device.unknown', 'travel.impossible'].map((code) => ({
        ...told,
        subject: code,
        code,
        points: code === 'device.unknown' ? 58 : 40,
        precision_low: undefined,
        precision_high: undefined,
      })),
    )
    const [{ precision_low: low, precision_high: high } = {}] = rows as unknown as readonly Record<string, number>[]
    assert.deepEqual([low?.toFixed(4), high?.toFixed(4)], ['0.2065', '1.0000'])
    assert.deepEqual(await found('signal_precision', 'calm', lastDay), [])
  })

  test('no view counts twice what is stored twice under one token, merged or not', async () => {
    const rows = Array.from({ length: 40 }, (_, number) => ({
      tenant: 'repeated',
      app: 'bank',
      user: `user-${number}`,
      at: `2026-11-19T06:00:${String(number).padStart(2, '0')}.000Z`,
      type: 'login',
      outcome: 'failed',
      ip: '192.0.2.9',
    }))
    const store = () =>
      client.insertEncoded(
        { table: 'activities', columns: Object.keys(rows[0] ?? {}), format: 'JSONEachRow' },
        rows.map((row) => Buffer.from(JSON.stringify(row))),
        { deduplicationToken: 'the same insert' },
      )
    await store()
    const once = await found('password_sprays', 'repeated', lastDay)
    assert.equal((once[0] as unknown as { attempts: string }).attempts, '40')
    await store()
    assert.deepEqual(await found('password_sprays', 'repeated', lastDay), once)
    await client.command('OPTIMIZE TABLE sign_ins FINAL')
    assert.deepEqual(await found('password_sprays', 'repeated', lastDay), once)
  })
})

function daily(number: number): Period {
  return { from: dayOf(number), to: dayOf(number + 1) }
}
