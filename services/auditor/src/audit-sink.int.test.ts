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
import { createCodecs, createEmbeddedRegistry, logTopics, topicOf } from '@watchword/contracts'
import type { EventLog, Headers } from '@watchword/event-log'
import { createMemoryLog } from '@watchword/event-log/memory'
import { createLogger } from '@watchword/service-kit'
import { againHeader } from '@watchword/stream'
import { Registry } from 'prom-client'
import { createAuditMetrics } from './audit-metrics.ts'
import { auditMigrations } from './audit-schema.ts'
import { type AuditSink, startAuditSink } from './audit-sink.ts'
import { readTimeline } from './timeline.ts'

const directory = mkdtempSync(join(tmpdir(), 'watchword-audit-'))
const logger = createLogger({ service: 'test', version: '0', level: 'silent' })
const codecs = await createCodecs(createEmbeddedRegistry())
let server: EmbeddedClickhouse

describe('the sink of the audit, on ClickHouse', () => {
  before(async () => {
    server = await startEmbeddedClickhouse({ directory }, { logger })
  })

  after(async () => {
    for (const sink of sinks) await sink.stop()
    await server.stop()
    rmSync(directory, { recursive: true })
  })

  let databases = 0

  async function freshDatabase(): Promise<Clickhouse> {
    const client = createClickhouse({ url: server.url, database: `audit${++databases}` })
    await migrate(client, auditMigrations)
    return client
  }

  const sinks: AuditSink[] = []

  async function startSink(log: EventLog, client: Clickhouse, flushIntervalMs = 5): Promise<AuditSink> {
    const sink = await startAuditSink(
      { flushIntervalMs, batchRowsMax: 50, batchBytesMax: 1_048_576, retryMs: 20 },
      { log, codecs, client, logger, metrics: createAuditMetrics(new Registry()), now: Date.now, onFatal: assert.fail },
    )
    sinks.push(sink)
    return sink
  }

  function newLog() {
    return createMemoryLog({ topics: logTopics }, { now: () => 1_700_000_000_000 })
  }

  const source = (offset: number, index: number) => ({ 'ww-source': `entity/1/${offset}/${index}` })

  async function appendEntities(log: EventLog, count: number, from = 0, headers?: Headers): Promise<void> {
    const records = Array.from({ length: count }, (_, index) => {
      const value = codecs.entity.encode({
        tenant: 'demo',
        kind: 'device',
        value: `v${from + index}`,
        firstOwner: 'alice',
        shared: false,
        version: from + index,
        at: 1_700_000_000_000,
      })
      return {
        topic: topicOf('entity'),
        key: 'demo:alice',
        value,
        headers: headers ?? source(from + index, 0),
        partition: 2,
      }
    })
    await log.append(records)
  }

  async function count(client: Clickhouse): Promise<number> {
    const [row] = await client.rows<{ n: string; u: string }>(
      'SELECT count() AS n, uniqExact(topic, partition, offset) AS u FROM records',
    )
    assert.equal(row?.n, row?.u, 'no record is stored twice')
    return Number(row?.n)
  }

  describe('the audit sink', () => {
    test('stores every record once, over restarts, and drops what a stage said again', async () => {
      const log = newLog()
      const client = await freshDatabase()
      await appendEntities(log, 120)
      const first = await startSink(log, client)
      assert.ok(await first.caughtUp(10_000))
      await first.stop()
      await appendEntities(log, 10, 110)
      const second = await startSink(log, client)
      assert.ok(await second.caughtUp(10_000))
      await appendEntities(log, 5, 120)
      assert.ok(await second.caughtUp(10_000))
      await second.stop()
      assert.equal(await count(client), 125)
    })

    test('stores what was written again only where what it repeats is not stored', async () => {
      const log = newLog()
      const again = (offset: number) => ({ ...source(offset, 0), [againHeader]: '1' })
      const client = await freshDatabase()
      await appendEntities(log, 10)
      await appendEntities(log, 1, 3, again(3))
      const first = await startSink(log, client)
      assert.ok(await first.caughtUp(10_000))
      await appendEntities(log, 1, 4, again(4))
      assert.ok(await first.caughtUp(10_000))
      await first.stop()
      assert.equal(await count(client), 10)

      const compacted = newLog()
      await appendEntities(compacted, 5, 5)
      await appendEntities(compacted, 1, 3, again(3))
      await appendEntities(compacted, 1, 3, again(3))
      const fresh = await freshDatabase()
      const second = await startSink(compacted, fresh)
      assert.ok(await second.caughtUp(10_000))
      await second.stop()
      assert.equal(await count(fresh), 6)
    })

    test('stores at once what somebody waits for, or what is a batch, however long the others may wait for company', async () => {
      const log = newLog()
      const client = await freshDatabase()
      const sink = await startSink(log, client, 3_600_000)
      await appendEntities(log, 50)
      while ((await count(client)) < 50);
      await appendEntities(log, 10, 50)
      const first = sink.caughtUp(10_000)
      // Comes while the first is being stored, or just after.
      await appendEntities(log, 10, 60)
      const second = sink.caughtUp(10_000)
      assert.deepEqual(await Promise.all([first, second]), [true, true])
      await sink.stop()
      assert.equal(await count(client), 70)
    })

    test('keeps trying through a crash of the database and then has everything once', async () => {
      const log = newLog()
      const client = await freshDatabase()
      const sink = await startSink(log, client)
      await appendEntities(log, 40)
      assert.ok(await sink.caughtUp(10_000))
      const pid = server.pid()
      assert.ok(pid)
      process.kill(pid, 'SIGKILL')
      await appendEntities(log, 400, 40)
      assert.ok(await sink.caughtUp(30_000))
      await sink.stop()
      assert.equal(await count(client), 440)
    })

    test('never stores a sealed factor, a MAC or the factor topic', async () => {
      const log = newLog()
      const client = await freshDatabase()
      const sink = await startSink(log, client)
      const sealed = 'c2VhbGVkLWNhbmFyeQ'
      const head = { tenant: 'demo', user: 'alice', receivedAt: 1, commandId: 'c', mac: Buffer.from('mac-canary') }
      const where = {
        app: null,
        session: null,
        challenge: null,
        challengeExpiresAt: null,
        step: null,
        backedUp: null,
        context: null,
      }
      const data = { factor: 'f', kind: 'totp', name: null, sealed, ticket: true, ...where }
      const mfa = codecs.mfa.encode({ ...head, body: { type: 'factor-added', data } })
      const factors = codecs.factor.encode({ tenant: 'demo', user: 'alice', version: 1, factors: [] })
      await log.append([
        { topic: topicOf('mfa'), key: 'demo:alice', value: mfa },
        { topic: topicOf('factor'), key: 'demo:alice', value: factors },
        { topic: topicOf('activity'), key: 'demo:alice', value: Buffer.from('not avro') },
      ])
      assert.ok(await sink.caughtUp(10_000))
      await sink.stop()
      const rows = await client.rows<{ topic: string; type: string; body: string }>(
        'SELECT topic, type, body FROM records ORDER BY topic',
      )
      assert.deepEqual(
        rows.map(({ type }) => type),
        ['undecodable', 'mfa.factor-added'],
      )
      assert.ok(!JSON.stringify(rows).includes(sealed))
      assert.ok(!JSON.stringify(rows).includes(Buffer.from('mac-canary').toString('base64')))
    })

    test('pages a timeline, newest first, and shows nothing of another tenant', async () => {
      const log = newLog()
      const client = await freshDatabase()
      const sink = await startSink(log, client)
      const body = { type: 'session-ended', data: { app: 'bank', session: 's-1', reason: 'sign-out' } } as const
      const value = codecs.session.encode({ tenant: 'demo', user: 'alice', at: 1, seq: 1, commandId: null, body })
      const record = { topic: topicOf('session'), key: 'demo:alice', value, headers: {}, partition: 2 }
      await log.append(Array.from({ length: 25 }, () => record))
      assert.ok(await sink.caughtUp(10_000))
      await sink.stop()
      const offsets: string[] = []
      for (let cursor: string | undefined, page = 0; page < 9; page++) {
        const found = await readTimeline(
          client,
          { tenant: 'demo', user: 'alice' },
          { limit: 10, ...(cursor && { cursor }) },
        )
        offsets.push(...found.items.map((item) => item.position))
        cursor = found.next
        if (cursor === undefined) break
      }
      assert.deepEqual(
        offsets,
        Array.from({ length: 25 }, (_, index) => `${topicOf('session')}-2-${24 - index}`),
      )
      assert.deepEqual(await readTimeline(client, { tenant: 'other', user: 'alice' }, { limit: 10 }), { items: [] })
    })
  })
})
