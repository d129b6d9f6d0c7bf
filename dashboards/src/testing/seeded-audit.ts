import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { auditMigrations, createAuditMetrics, startAuditSink } from '@watchword/auditor'
import { sampleRecords, sampleTime } from '@watchword/auditor/sample-records'
import { plantAttacks, seedPlainDays } from '@watchword/auditor/testing'
import { createClickhouse, migrate, startEmbeddedClickhouse } from '@watchword/clickhouse'
import {
  type Codecs,
  createCodecs,
  createEmbeddedRegistry,
  logTopics,
  topicOf,
  type TopicValues,
} from '@watchword/contracts'
import type { AppendRecord } from '@watchword/event-log'
import { createMemoryLog } from '@watchword/event-log/memory'
import { createLogger } from '@watchword/service-kit'
import { Registry } from 'prom-client'

/** An audit in ClickHouse, and its reader's way in. */
export type SeededAudit = Readonly<{
  url: string
  database: string
  /** As `watchword up` has it for Grafana: reads, and nothing else. */
  reader: Readonly<{ name: string; password: string }>
  stop: () => Promise<void>
}>

const database = 'watchword'
const writer = { name: 'watchword', password: 'writes' }
const reader = { name: 'grafana', password: 'reads' }

type SessionBody = TopicValues['session']['body']

/** What else happens in a day of the sample: wrong answers, a session that is ended, a factor that is added, what an operator says of a judgement, all of one user. */
function happenings(lock: string): readonly SessionBody[] {
  return [
    { type: 'factor-changed', data: { factor: 'f-1', kind: 'totp', change: 'added', activeFactors: 1, by: null } },
    {
      type: 'verification-failed',
      data: { lock, factor: 'f-1', reason: 'wrong-answer', attemptsLeft: 4, blockedUntil: null },
    },
    {
      type: 'verdict-recorded',
      data: {
        assessment: 'a-0-0-0',
        activity: 'act-0',
        app: 'bank',
        session: 's-0',
        verdict: 'confirmed-safe',
        by: 'operator',
        operator: 'k-1',
        note: null,
      },
    },
    { type: 'session-ended', data: { app: 'bank', session: 's-0', reason: 'another-context' } },
  ]
}

/** A login from where nobody can be that soon, as the engine judges it: an activity with coordinates and its assessment. */
function journey(codecs: Codecs, number: number): readonly AppendRecord[] {
  const of = { user: 'user-0', session: `s-${number}`, at: sampleTime + number * 60_000 }
  const [first, second] = sampleRecords(codecs, number, of)
  assert.ok(first?.value && second?.value)
  const activity = codecs.activity.decode(first.value)
  const assessment = codecs.assessment.decode(second.value)
  assert.ok(activity.body.type === 'activity' && activity.body.data.network !== null)
  const place =
    number % 2 === 0
      ? { city: 'Berlin', latitude: 52.52, longitude: 13.4 }
      : { city: 'Sydney', latitude: -33.87, longitude: 151.21 }
  const data = { ...activity.body.data, network: { ...activity.body.data.network, ...place, accuracyKm: 20 } }
  const evidence = { from: 'DE', to: 'AU', km: 16_000, kmh: 960_000 }
  const signals: typeof assessment.signals = [{ code: 'travel.impossible', points: 40, status: 'evidence', evidence }]
  return [
    { ...first, value: codecs.activity.encode({ ...activity, body: { type: 'activity', data } }) },
    { ...second, value: codecs.assessment.encode({ ...assessment, signals }) },
  ]
}

/** A tenant with three weeks of a company at work, and an attack of each kind on the last day. */
export const company = { tenant: 'company', lastDay: '2026-11-19' } as const

/**
 * Starts a ClickHouse with what logins, locks and answers of a few users of the tenant `demo` leave in the log, stored by the sink of the auditor, and
 * with the `company`.
 */
export async function startSeededAudit(): Promise<SeededAudit> {
  const directory = mkdtempSync(join(tmpdir(), 'watchword-dashboards-'))
  const logger = createLogger({ service: 'test', version: '0', level: 'silent' })
  const users = [writer, { ...reader, readsOnly: database }]
  const server = await startEmbeddedClickhouse({ directory, users }, { logger })
  const client = createClickhouse({ url: server.url, database, username: writer.name, password: writer.password })
  await client.createDatabase()
  await migrate(client, auditMigrations)
  const codecs = await createCodecs(createEmbeddedRegistry())
  const log = createMemoryLog({ topics: logTopics }, { now: () => sampleTime })
  for (let number = 0; number < 60; number += 1) {
    const of = {
      user: `user-${number % 7}`,
      session: `s-${number}`,
      at: sampleTime + number * 60_000,
      partition: number % 3,
    }
    await log.append(sampleRecords(codecs, number, of))
  }
  // The last login is locked, and nobody has answered.
  await log.append(
    sampleRecords(codecs, 60, { user: 'user-0', session: 's-60', at: sampleTime + 3_600_000 }).slice(0, 3),
  )
  for (let number = 61; number < 65; number += 1) await log.append(journey(codecs, number))
  await log.append(
    happenings('l-0').map((body, index): AppendRecord => {
      const event = {
        tenant: 'demo',
        user: 'user-0',
        at: sampleTime + 1_000 + index,
        seq: 100 + index,
        commandId: null,
        body,
      }
      return {
        topic: topicOf('session'),
        key: 'demo:user-0',
        partition: 0,
        value: codecs.session.encode(event),
        headers: {},
      }
    }),
  )
  const sink = await startAuditSink(
    { flushIntervalMs: 5, batchRowsMax: 1_000, batchBytesMax: 1_048_576, retryMs: 5 },
    { log, codecs, client, logger, metrics: createAuditMetrics(new Registry()), now: Date.now, onFatal: assert.fail },
  )
  assert.ok(await sink.caughtUp(60_000))
  await sink.stop()
  await seedPlainDays(client, { ...company, users: 1_200, days: 21, activitiesPerDay: 4, assessed: 'all' })
  await plantAttacks(client, { tenant: company.tenant, day: company.lastDay })
  return {
    url: server.url,
    database,
    reader,
    async stop() {
      await client.close()
      await server.stop()
      rmSync(directory, { recursive: true })
    },
  }
}

/** The time of all that is seeded, epoch milliseconds. */
export const seededTime = { from: sampleTime - 3_600_000, to: sampleTime + 2 * 3_600_000 } as const
