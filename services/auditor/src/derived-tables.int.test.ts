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
  renderStatement,
  startEmbeddedClickhouse,
} from '@watchword/clickhouse'
import { createCodecs, createEmbeddedRegistry, logTopics } from '@watchword/contracts'
import type { EventLog } from '@watchword/event-log'
import { createMemoryLog } from '@watchword/event-log/memory'
import { createLogger } from '@watchword/service-kit'
import { Registry } from 'prom-client'
import { createAuditMetrics } from './audit-metrics.ts'
import { auditMigrations } from './audit-schema.ts'
import { type AuditSink, startAuditSink } from './audit-sink.ts'
import { sampleRecords, sampleTime } from './testing/sample-records.ts'

const directory = mkdtempSync(join(tmpdir(), 'watchword-derived-'))
const logger = createLogger({ service: 'test', version: '0', level: 'silent' })
const codecs = await createCodecs(createEmbeddedRegistry())
let server: EmbeddedClickhouse
let databases = 0
/** Of a server that was killed. */
let ended = Promise.withResolvers<void>()

describe('derived tables', () => {
  before(async () => {
    server = await startEmbeddedClickhouse({ directory }, { logger, onExit: () => ended.resolve() })
  })
  after(async () => {
    await server.stop()
    rmSync(directory, { recursive: true })
  })

  async function freshDatabase(): Promise<Clickhouse> {
    const client = createClickhouse({ url: server.url, database: `derived${++databases}` })
    await migrate(client, auditMigrations)
    return client
  }

  function startSink(log: EventLog, client: Clickhouse): Promise<AuditSink> {
    return startAuditSink(
      { flushIntervalMs: 5, batchRowsMax: 50, batchBytesMax: 1_048_576, retryMs: 5 },
      { log, codecs, client, logger, metrics: createAuditMetrics(new Registry()), now: Date.now, onFatal: assert.fail },
    )
  }

  const newLog = () => createMemoryLog({ topics: logTopics }, { now: () => sampleTime })

  async function append(log: EventLog, from: number, count: number): Promise<void> {
    // Days apart, over months: an insert of records then has parts in several months of the tables that are made of it.
    for (let number = from; number < from + count; number += 1)
      await log.append(
        sampleRecords(codecs, number, { at: sampleTime + number * 100 * 3_600_000, partition: number % 3 }),
      )
  }

  /** Every record has its row in the tables that are made of it, and its part in the counts, once. */
  async function assertWhole(client: Clickhouse, logins: number): Promise<void> {
    const [found] = await client.rows(
      `SELECT (SELECT toUInt32(count()) FROM records) AS records, (SELECT toUInt32(count()) FROM activities) AS activities,
       (SELECT toUInt32(count()) FROM assessments) AS assessments, (SELECT toUInt32(count()) FROM assessment_signals) AS signals,
       (SELECT toUInt32(count()) FROM lock_events) AS locks, (SELECT toUInt32(count()) FROM session_events) AS sessions,
       (SELECT toUInt32(count()) FROM notifications) AS notifications, (SELECT toUInt32(count()) FROM deliveries) AS deliveries,
       (SELECT toUInt32(sum(activities)) FROM user_days WHERE peers = 'teller') AS days, (SELECT toUInt32(sum(succeeded)) FROM sign_ins) AS signIns,
       (SELECT toUInt32(sum(high)) FROM risk_days) AS risks, (SELECT toUInt32(uniqExact(first)) FROM user_places WHERE city = 'Berlin' AND latitude = 52.5) AS places,
       (SELECT toUInt32(countIf(caused_at = at AND toUnixTimestamp64Milli(appended) = {taken:Int64})) FROM lock_events WHERE event = 'session-locked') AS caused`,
      { parameters: { taken: sampleTime } },
    )
    assert.deepEqual(found, {
      records: logins * 7,
      activities: logins,
      assessments: logins,
      signals: logins * 2,
      locks: logins * 2,
      sessions: logins,
      notifications: logins,
      deliveries: logins,
      days: logins,
      signIns: logins,
      risks: logins,
      places: logins,
      caused: logins,
    })
    const names = [
      'activity/login.succeeded',
      'decision/step-up',
      'delivery/delivered',
      'level/HIGH',
      'lock/session-locked',
      'lock/unlocked-by-verification',
      'notification/verification-required',
      'session/verification-passed',
      'signal/ip.unknown',
      'unavailable-signal/country.unavailable',
    ]
    for (const table of ['counts_by_minute', 'counts_by_hour'])
      assert.deepEqual(
        await client.rows(
          `SELECT concat(subject, '/', name) AS name, toUInt32(sum(count)) AS count, toUInt32(uniqMerge(users)) AS users
         FROM ${table} GROUP BY subject, name ORDER BY name`,
        ),
        names.map((name) => ({ name, count: logins, users: 1 })),
      )
  }

  describe('the tables that are made of the records', () => {
    test('have every record once, also when an insert is sent again because its answer was lost', async () => {
      const log = newLog()
      const client = await freshDatabase()
      let lost = 0
      const deaf: Clickhouse = {
        ...client,
        async insertEncoded(...insert) {
          await client.insertEncoded(...insert)
          if (lost++ % 2 === 0) throw new Error('the answer was lost')
        },
      }
      await append(log, 0, 40)
      const sink = await startSink(log, deaf)
      assert.ok(await sink.caughtUp(100_000))
      await sink.stop()
      await assertWhole(client, 40)
    })

    test('get what they miss when the server ended between the records and them', async () => {
      const log = newLog()
      const client = await freshDatabase()
      await append(log, 0, 10)
      const first = await startSink(log, client)
      assert.ok(await first.caughtUp(100_000))
      await first.stop()
      // Tables are committed one after the other, the records first: without their views the next insert is what a server leaves that ends there.
      const views = await client.rows<{ name: string; sql: string }>(
        `SELECT name, create_table_query AS sql FROM system.tables
       WHERE database = currentDatabase() AND engine = 'MaterializedView' AND name != 'activities_of_records'`,
      )
      assert.equal(views.length, 20)
      for (const { name } of views) await client.command(`DROP VIEW ${name}`)
      await append(log, 10, 4)
      const cut = await startSink(log, client)
      assert.ok(await cut.caughtUp(100_000))
      await cut.stop()
      for (const { sql } of views) await client.command(sql)
      const second = await startSink(log, client)
      await second.stop()
      await assertWhole(client, 14)
    })

    test('are whole after kills of the server when an insert was sent, and when its records were there, whoever goes on', async () => {
      const log = newLog()
      const client = await freshDatabase()
      const stored = async (): Promise<number> =>
        Number((await client.rows<{ n: string }>('SELECT count() AS n FROM records'))[0]?.n)
      let sent = Promise.withResolvers<void>()
      const telling: Clickhouse = {
        ...client,
        insertEncoded(...insert) {
          const answer = client.insertEncoded(...insert)
          sent.resolve()
          return answer
        },
      }
      let logins = 0
      for (const moment of ['sent', 'stored', 'stored'] as const) {
        const sink = await startSink(log, telling)
        const before = await stored()
        sent = Promise.withResolvers()
        await append(log, logins, 20)
        logins += 20
        await sent.promise
        if (moment === 'stored') await until(async () => (await stored()) > before)
        ended = Promise.withResolvers()
        process.kill(server.pid() ?? 0, 'SIGKILL')
        await sink.stop()
        await ended.promise
        await server.ready()
      }
      const last = await startSink(log, client)
      assert.ok(await last.caughtUp(100_000))
      await last.stop()
      await assertWhole(client, logins)
    })
  })

  async function until(isSo: () => Promise<boolean>): Promise<void> {
    while (!(await isSo()));
  }

  test('every statement is understood by ClickHouse, also as it is for a cluster', async () => {
    const client = createClickhouse({ url: server.url, database: 'default' })
    for (const { sql } of auditMigrations)
      for (const statement of sql) {
        const text = renderStatement(statement, { cluster: 'audit' })
        const [row] = await client.rows<{ text: string }>('SELECT formatQuery({text:String}) AS text', {
          parameters: { text },
        })
        // What is inserted comes to all replicas by itself.
        if (!text.startsWith('INSERT')) assert.match(row?.text ?? '', /ON CLUSTER audit/)
        if (text.startsWith('CREATE TABLE'))
          assert.match(
            row?.text ?? '',
            /ENGINE = Replicated(Aggregating)?MergeTree\('\/clickhouse\/tables\/\{database\}\/\{table\}\/\{shard\}', '\{replica\}'\)/,
          )
        assert.doesNotMatch(text, /@/)
      }
    assert.throws(() => renderStatement('CREATE TABLE t @onCluster', { cluster: "a'; DROP" }), RangeError)
    await client.close()
  })
})
