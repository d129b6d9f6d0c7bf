import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test, type TestContext } from 'node:test'
import {
  type Clickhouse,
  createClickhouse,
  type EmbeddedClickhouse,
  migrate,
  startEmbeddedClickhouse,
} from '@watchword/clickhouse'
import { createCodecs, createEmbeddedRegistry, logTopics, topicOf } from '@watchword/contracts'
import type { EventLog } from '@watchword/event-log'
import { createMemoryLog, type MemoryLog } from '@watchword/event-log/memory'
import { createLogger } from '@watchword/service-kit'
import { Registry } from 'prom-client'
import { createAuditMetrics } from './audit-metrics.ts'
import { auditMigrations } from './audit-schema.ts'
import { type AuditSink, startAuditSink } from './audit-sink.ts'
import { createLedSink } from './led-sink.ts'

const directory = mkdtempSync(join(tmpdir(), 'watchword-led-'))
const logger = createLogger({ service: 'test', version: '0', level: 'silent' })
const codecs = await createCodecs(createEmbeddedRegistry())
let server: EmbeddedClickhouse

describe('the sink of several replicas', () => {
  before(async () => {
    server = await startEmbeddedClickhouse({ directory }, { logger })
  })

  after(async () => {
    await server.stop()
    rmSync(directory, { recursive: true })
  })

  let databases = 0

  /** A log and an audit, both empty. */
  async function openWorld(t: TestContext) {
    const log = createMemoryLog({ topics: logTopics }, { now: () => 1_700_000_000_000 })
    const client = createClickhouse({ url: server.url, database: `audit${++databases}` })
    await migrate(client, auditMigrations)
    t.after(async () => {
      await log.close()
      await client.close()
    })
    return { log, client }
  }

  type World = Awaited<ReturnType<typeof openWorld>>

  function startReplica(
    { log, client }: Readonly<{ log: EventLog; client: Clickhouse }>,
    mayStart: () => boolean = () => true,
  ): Promise<AuditSink> {
    const metrics = createAuditMetrics(new Registry())
    return createLedSink({
      log,
      logger,
      retryMs: 5,
      async startSink(mayStore) {
        if (!mayStart()) throw new Error('not yet')
        const config = { flushIntervalMs: 5, batchRowsMax: 50, batchBytesMax: 1_048_576, retryMs: 20 }
        return startAuditSink(config, {
          log,
          codecs,
          client,
          logger,
          metrics,
          now: Date.now,
          mayStore,
          onFatal: assert.fail,
        })
      },
      onFatal: assert.fail,
    })
  }

  let appended = 0

  async function append(log: MemoryLog, count: number): Promise<void> {
    const records = Array.from({ length: count }, () => {
      appended += 1
      const policy = { tenant: 'demo', hash: 'h', version: appended, effectiveFrom: 5, document: '{}', by: 'k' }
      return { topic: topicOf('policy'), key: 'demo:h', value: codecs.policy.encode(policy), headers: {} }
    })
    await log.append(records)
  }

  async function stored({ client }: World): Promise<readonly [rows: number, distinct: number]> {
    const [row] = await client.rows<{ n: string; u: string }>(
      'SELECT toString(count()) AS n, toString(uniqExact(topic, partition, offset)) AS u FROM records',
    )
    return [Number(row?.n), Number(row?.u)]
  }

  async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
    while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 5))
  }

  describe('replicas of the auditor', () => {
    test('store every record once, one after the other, and only who stores says that it has caught up', async (t) => {
      const world = await openWorld(t)
      await append(world.log, 120)
      const one = await startReplica(world)
      await until(() => one.caughtUp(1000))
      const two = await startReplica(world)
      await append(world.log, 120)
      await until(async () => (await stored(world))[0] === appended)
      assert.deepEqual([await one.caughtUp(1000), await two.caughtUp(100)], [true, false])
      const writing = append(world.log, 500)
      await one.stop()
      await writing
      await until(() => two.caughtUp(1000))
      assert.deepEqual(await stored(world), [appended, appended])
      assert.equal(await one.caughtUp(10), false)
      await two.stop()
    })

    test('send nothing while they cannot know that they still are the one that stores', async (t) => {
      const world = await openWorld(t)
      const { log, client } = world
      let knows = true
      const doubting: EventLog = {
        ...log,
        async join(options) {
          const member = await log.join(options)
          return { ...member, holds: (partition) => knows && member.holds(partition) }
        },
      }
      const one = await startReplica({ log: doubting, client })
      await append(log, 10)
      await until(() => one.caughtUp(1000))
      const [before] = await stored(world)
      knows = false
      await append(log, 10)
      assert.equal(await one.caughtUp(200), false)
      assert.equal((await stored(world))[0], before)
      knows = true
      await until(() => one.caughtUp(1000))
      assert.deepEqual(await stored(world), [before + 10, before + 10])
      knows = false
      await append(log, 10)
      await one.stop()
      assert.equal((await stored(world))[0], before + 10)
    })

    test('try again to begin while the database is away, say so, and can be stopped meanwhile', async (t) => {
      const world = await openWorld(t)
      let mayStart = false
      const one = await startReplica(world, () => mayStart)
      await until(() => one.failingMs() > 20)
      mayStart = true
      await until(() => one.caughtUp(1000))
      assert.equal(one.failingMs(), 0)
      await one.stop()
      mayStart = false
      const two = await startReplica(world, () => mayStart)
      await until(() => two.failingMs() > 20)
      await two.stop()
    })
  })
})
