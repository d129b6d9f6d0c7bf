import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test, type TestContext } from 'node:test'
import { createClickhouse, type EmbeddedClickhouse, migrate, startEmbeddedClickhouse } from '@watchword/clickhouse'
import { createCodecs, createEmbeddedRegistry, logTopics, topicOf } from '@watchword/contracts'
import { createMemoryLog, type MemoryLog } from '@watchword/event-log/memory'
import { createLogger } from '@watchword/service-kit'
import { Registry } from 'prom-client'
import { createAuditMetrics } from '../audit-metrics.ts'
import { auditMigrations } from '../audit-schema.ts'
import { type AuditSink, startAuditSink } from '../audit-sink.ts'
import { createLedSink } from '../led-sink.ts'
import { sampleRecords, sampleTime } from '../testing/sample-records.ts'
import { createCheckpointSigner } from './checkpoint.ts'
import { checkpointFile, checkpointUrl } from './checkpoint-places.ts'
import { type Checkpoints, startCheckpoints } from './checkpoints.ts'
import { generateSigningJwk } from './signing-key.ts'
import { type AuditVerdict, verifyAudit } from './verify-audit.ts'

const directory = mkdtempSync(join(tmpdir(), 'watchword-chain-'))
const logger = createLogger({ service: 'test', version: '0', level: 'silent' })
const codecs = await createCodecs(createEmbeddedRegistry())
const signer = createCheckpointSigner(generateSigningJwk())
let server: EmbeddedClickhouse
let databases = 0

describe('the chain of the audit, on ClickHouse', () => {
  before(async () => {
    server = await startEmbeddedClickhouse({ directory: join(directory, 'clickhouse') }, { logger })
  })
  after(async () => {
    await server.stop()
    rmSync(directory, { recursive: true })
  })

  async function openWorld(t: TestContext) {
    const log = createMemoryLog({ topics: logTopics }, { now: () => sampleTime })
    const name = `chain${++databases}`
    const client = createClickhouse({ url: server.url, database: name })
    await migrate(client, auditMigrations)
    t.after(async () => {
      await log.close()
      await client.close()
    })
    return { log, client, file: join(directory, name) }
  }

  type World = Awaited<ReturnType<typeof openWorld>>

  const metrics = createAuditMetrics(new Registry())

  function startSink({ log, client }: World, mayStore: () => boolean = () => true): Promise<AuditSink> {
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
  }

  function checkpointsOf({ client, file }: World, sink: AuditSink, places = [checkpointFile(file)]): Checkpoints {
    return startCheckpoints(
      { checkpointIntervalMs: 3_600_000 },
      { client, signer, places, heads: () => sink.heads(), now: Date.now, logger, metrics },
    )
  }

  async function append(log: MemoryLog, from: number, count: number): Promise<void> {
    for (let number = from; number < from + count; number += 1)
      await log.append(sampleRecords(codecs, number, { partition: number % 2 }))
  }

  async function verdictOf({ client, file }: World, texts = linesOf(file)): Promise<AuditVerdict> {
    return verifyAudit(client, { checkpoints: texts, keys: [signer.publicJwk] })
  }

  function linesOf(file: string): readonly string[] {
    return readFileSync(file, 'utf8').split('\n').filter(Boolean)
  }

  /** Stores `count` logins and signs that they are there. */
  async function store(world: World, from: number, count: number): Promise<void> {
    await append(world.log, from, count)
    const sink = await startSink(world)
    assert.ok(await sink.caughtUp(100_000))
    const checkpoints = checkpointsOf(world, sink)
    await checkpoints.take()
    await sink.stop()
    await checkpoints.stop()
  }

  const sessions = topicOf('session')

  /** What somebody may do who can do anything to the table, and which record is then named first. */
  const tamperings: Readonly<Record<string, Readonly<{ sql: string; first: string }>>> = {
    'a body that was changed': {
      sql: `ALTER TABLE records UPDATE body = replaceOne(body, 'verification', 'verificatiom') WHERE topic = '${sessions}' AND partition = 1 AND offset = 4`,
      first: `record-does-not-follow ${sessions}/1/4`,
    },
    'a record that was deleted': {
      sql: `ALTER TABLE records DELETE WHERE topic = '${sessions}' AND partition = 1 AND offset = 4`,
      first: `record-does-not-follow ${sessions}/1/5`,
    },
    'the end of a chain that was deleted': {
      sql: `ALTER TABLE records DELETE WHERE topic = '${sessions}' AND partition = 0 AND offset >= 10`,
      first: `records-missing-at-end ${sessions}/0/10`,
    },
    'a chain that was deleted': {
      sql: `ALTER TABLE records DELETE WHERE topic = '${topicOf('activity')}' AND partition = 1`,
      first: `records-missing-at-end ${topicOf('activity')}/1/0`,
    },
    'a record that was put in': {
      sql: `INSERT INTO records SELECT * REPLACE (toUInt64(100) AS offset) FROM records AS r WHERE topic = '${sessions}' AND partition = 0 AND r.offset = 3`,
      first: `record-does-not-follow ${sessions}/0/100`,
    },
  }

  describe('the chains of the audit', () => {
    test('go on over restarts and another replica, and verify with the checkpoints of all of them', async (t) => {
      const world = await openWorld(t)
      await store(world, 0, 20)
      await store(world, 20, 20)
      const replicas: AuditSink[] = []
      for (const from of [40, 60]) {
        await append(world.log, from, 20)
        const replica = await createLedSink({
          log: world.log,
          logger,
          retryMs: 5,
          startSink: (mayStore) => startSink(world, mayStore),
          onFatal: assert.fail,
        })
        replicas.push(replica)
        while (!(await replica.caughtUp(1_000))) await new Promise((resolve) => setTimeout(resolve, 5))
        await checkpointsOf(world, replica).take()
        if (from === 40) await replica.stop()
      }
      const { records, chains, checkpoints, faults, checkpointFaults } = await verdictOf(world)
      assert.deepEqual([records, chains, checkpoints, faults, checkpointFaults], [560, 8, 4, [], []])
      await replicas[1]?.stop()
    })

    for (const [name, { sql, first }] of Object.entries(tamperings))
      test(`show ${name}`, async (t) => {
        const world = await openWorld(t)
        await store(world, 0, 10)
        assert.deepEqual((await verdictOf(world)).faults, [])
        await world.client.command(sql, { settings: { mutations_sync: '2' } })
        const { faults } = await verdictOf(world)
        assert.deepEqual(
          faults.map(({ code, topic, partition, offset }) => `${code} ${topic}/${partition}/${offset}`),
          [first],
        )
      })

    test('show by the second place what was taken out of the table of checkpoints, and by the table what the file lost', async (t) => {
      const world = await openWorld(t)
      for (const round of [0, 1, 2]) await store(world, round * 10, 10)
      const lines = linesOf(world.file)
      assert.deepEqual((await verdictOf(world, [])).checkpointFaults, [])
      await world.client.command('ALTER TABLE checkpoints DELETE WHERE number > 1', {
        settings: { mutations_sync: '2' },
      })
      await world.client.command(`ALTER TABLE records DELETE WHERE topic = '${sessions}' AND offset > 40`, {
        settings: { mutations_sync: '2' },
      })
      assert.deepEqual((await verdictOf(world, [])).faults, [], 'nobody else knows of the end')
      assert.deepEqual(
        (await verdictOf(world)).faults.map(({ code, offset }) => `${code} ${offset}`),
        ['records-missing-at-end 41', 'records-missing-at-end 41'],
      )
      const second = [...new Set(lines)][1]
      writeFileSync(world.file, lines.filter((line) => line !== second).join('\n'))
      assert.deepEqual((await verdictOf(world)).checkpointFaults, [{ code: 'checkpoint-missing', number: 2 }])
      await world.client.command('TRUNCATE TABLE checkpoints')
      assert.equal((await verdictOf(world, [])).unsigned, true, 'records that nobody has signed prove nothing')
    })
  })

  test('a checkpoint is kept in every place before another is signed, over a place that is away and over restarts', async (t) => {
    const world = await openWorld(t)
    const bodies: string[] = []
    let status = 503
    const place = createServer((request, response) => {
      let body = ''
      request.setEncoding('utf8').on('data', (text: string) => (body += text))
      request.on('end', () => {
        if (status === 204) bodies.push(body)
        response.writeHead(status).end()
      })
    }).listen(0, '127.0.0.1')
    await once(place, 'listening')
    t.after(() => place.close())
    const places = [
      checkpointFile(world.file),
      checkpointUrl(`http://127.0.0.1:${(place.address() as AddressInfo).port}/`),
    ]
    await append(world.log, 0, 4)
    const sink = await startSink(world)
    assert.ok(await sink.caughtUp(100_000))
    const first = checkpointsOf(world, sink, places)
    await assert.rejects(first.take(), /answered 503/)
    await append(world.log, 4, 4)
    assert.ok(await sink.caughtUp(100_000))
    await assert.rejects(first.take())
    await first.stop()
    // Another process, after the first has ended in between.
    status = 204
    const second = checkpointsOf(world, sink, places)
    await second.take()
    await second.take()
    await sink.stop()
    const distinct = [...new Set(linesOf(world.file))]
    assert.deepEqual(bodies, distinct)
    assert.equal(distinct.length, 2)
    const { faults, checkpointFaults, checkpoints } = await verdictOf(world)
    assert.deepEqual([faults, checkpointFaults, checkpoints], [[], [], 2])
  })
})
