import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { createClickhouse, type EmbeddedClickhouse, migrate, startEmbeddedClickhouse } from '@watchword/clickhouse'
import { createCodecs, createEmbeddedRegistry, logTopics, topicOf } from '@watchword/contracts'
import { createMemoryLog } from '@watchword/event-log/memory'
import { createLogger } from '@watchword/service-kit'
import { Registry } from 'prom-client'
import { createAuditMetrics } from './audit-metrics.ts'
import { auditMigrations } from './audit-schema.ts'
import { startAuditSink } from './audit-sink.ts'
import { sampleRecords, sampleTime } from './testing/sample-records.ts'

const directory = mkdtempSync(join(tmpdir(), 'watchword-verdicts-'))
const logger = createLogger({ service: 'test', version: '0', level: 'silent' })
const codecs = await createCodecs(createEmbeddedRegistry())
let server: EmbeddedClickhouse

describe('verdicts in the audit', () => {
  before(async () => {
    server = await startEmbeddedClickhouse({ directory }, { logger })
  })
  after(async () => {
    await server.stop()
    rmSync(directory, { recursive: true })
  })

  test('say of each signal how often it was right: the latest verdict of an assessment counts, of its own tenant alone', async (t) => {
    const client = createClickhouse({ url: server.url, database: 'verdicts' })
    await migrate(client, auditMigrations)
    const log = createMemoryLog({ topics: logTopics }, { now: () => sampleTime })
    t.after(() => log.close())
    let said = 0
    const say = (number: number, verdict: 'confirmed-compromised' | 'confirmed-safe', tenant = 'demo') => {
      const about = { assessment: `a-0-${number}-0`, activity: `act-${number}`, app: 'bank', session: `s-${number}` }
      const data = { ...about, verdict, by: 'operator', operator: 'k', note: null } as const
      const head = { tenant, user: 'alice', at: sampleTime + said, seq: 1, commandId: null }
      const value = codecs.session.encode({ ...head, body: { type: 'verdict-recorded', data } })
      const headers = { 'ww-source': `lock/0/${said++}/0` }
      return log.append([{ topic: topicOf('session'), key: `${tenant}:alice`, value, partition: 0, headers }])
    }
    for (const number of [1, 2, 3, 4]) await log.append(sampleRecords(codecs, number))
    await say(1, 'confirmed-safe')
    await say(1, 'confirmed-compromised')
    await say(2, 'confirmed-safe')
    await say(3, 'confirmed-compromised', 'rival')

    const metrics = createAuditMetrics(new Registry())
    const options = { flushIntervalMs: 5, batchRowsMax: 50, batchBytesMax: 1_048_576, retryMs: 5 }
    const deps = { log, codecs, client, logger, metrics, now: Date.now, onFatal: assert.fail }
    const sink = await startAuditSink(options, deps)
    assert.ok(await sink.caughtUp(60_000))
    await sink.stop()
    assert.deepEqual(await client.rows('SELECT toUInt32(count()) AS verdicts FROM verdicts'), [{ verdicts: 4 }])
    assert.deepEqual(
      await client.rows(
        `SELECT code, countIf(verdict = 'confirmed-compromised') / count() AS precision
         FROM signal_verdicts WHERE tenant = 'demo' AND verdict != 'dismissed' GROUP BY code`,
      ),
      [{ code: 'ip.unknown', precision: 0.5 }],
    )
  })
})
