import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test, type TestContext } from 'node:test'
import {
  type Clickhouse,
  ClickhouseError,
  createClickhouse,
  type EmbeddedClickhouse,
  migrate,
  startEmbeddedClickhouse,
} from '@watchword/clickhouse'
import { createCodecs, createEmbeddedRegistry, logTopics, topicOf } from '@watchword/contracts'
import { createMemoryLog, type MemoryLog } from '@watchword/event-log/memory'
import { createLogger } from '@watchword/service-kit'
import { Registry } from 'prom-client'
import { createAuditMetrics } from './audit-metrics.ts'
import { auditMigrations } from './audit-schema.ts'
import { type AuditSink, startAuditSink } from './audit-sink.ts'
import { verifyAudit } from './chain/verify-audit.ts'
import { sampleRecords, sampleTime } from './testing/sample-records.ts'

const directory = mkdtempSync(join(tmpdir(), 'watchword-refused-'))
const silent = createLogger({ service: 'test', version: '0', level: 'silent' })
const codecs = await createCodecs(createEmbeddedRegistry())
const users = [
  { name: 'watchword', password: 'writer-password' },
  { name: 'grafana', password: 'reader-password', readsOnly: 'watchword' },
]
let server: EmbeddedClickhouse
let databases = 0

describe('records that ClickHouse refuses', () => {
  before(async () => {
    server = await startEmbeddedClickhouse({ directory, users }, { logger: silent })
  })
  after(async () => {
    await server.stop()
    rmSync(directory, { recursive: true })
  })

  const as = (username: string, password: string, database: string): Clickhouse =>
    createClickhouse({ url: server.url, username, password, database })

  async function openWorld(t: TestContext, database = `refused${++databases}`) {
    const log = createMemoryLog({ topics: logTopics }, { now: () => sampleTime })
    const client = as('watchword', 'writer-password', database)
    await migrate(client, auditMigrations)
    t.after(async () => {
      await log.close()
      await client.close()
    })
    return { log, client, metrics: createAuditMetrics(new Registry()), lines: [] as string[] }
  }

  type World = Awaited<ReturnType<typeof openWorld>>

  function startSink({ log, client, metrics, lines }: World, through: Clickhouse = client): Promise<AuditSink> {
    const destination = { write: (line: string) => void lines.push(line) }
    return startAuditSink(
      { flushIntervalMs: 5, batchRowsMax: 50, batchBytesMax: 1_048_576, retryMs: 5 },
      {
        log,
        codecs,
        client: through,
        logger: createLogger({ service: 'test', version: '0' }, { destination }),
        metrics,
        now: Date.now,
        onFatal: assert.fail,
      },
    )
  }

  async function append(log: MemoryLog, from: number, count: number): Promise<void> {
    for (let number = from; number < from + count; number += 1)
      await log.append(sampleRecords(codecs, number, { partition: number % 2 }))
  }

  async function storeAll(world: World): Promise<void> {
    const sink = await startSink(world)
    assert.ok(await sink.caughtUp(100_000))
    await sink.stop()
  }

  type Refused = Readonly<{ topic: string; partition: number; offset: string; user: string; body: string }>

  async function refusedRows({ client }: World): Promise<readonly Refused[]> {
    return client.rows<Refused>(
      `SELECT topic, partition, offset, user, body FROM records WHERE type = 'refused' ORDER BY topic, partition, offset`,
    )
  }

  /** Every record of so many logins is stored once, all but those that are named in the tables that are made of them, and the chains verify. */
  async function assertWhole({ client }: World, logins: number, activitiesRefused: number): Promise<void> {
    const [found] = await client.rows(
      `SELECT toUInt32(count()) AS rows, toUInt32(uniqExact(topic, partition, offset)) AS places,
       (SELECT toUInt32(count()) FROM activities) AS activities, (SELECT toUInt32(uniqExact(id)) FROM activities) AS ids,
       (SELECT toUInt32(count()) FROM assessments) AS assessments, (SELECT toUInt32(sum(count)) FROM counts_by_hour WHERE subject = 'activity') AS counted
       FROM records`,
    )
    const activities = logins - activitiesRefused
    assert.deepEqual(found, {
      rows: logins * 7,
      places: logins * 7,
      activities,
      ids: activities,
      assessments: logins,
      counted: activities,
    })
    const { faults } = await verifyAudit(client, { checkpoints: [], keys: [] })
    assert.deepEqual(faults, [])
  }

  async function countOf(counter: { get(): Promise<{ values: readonly { value: number }[] }> }): Promise<number> {
    return (await counter.get()).values[0]?.value ?? 0
  }

  async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
    while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 5))
  }

  const gone = new ClickhouseError('clickhouse-unreachable', 'nobody is there', { retryable: true })

  /** A client that ends with an insert which ClickHouse has taken or refused and nobody hears of, behind so many that went well. */
  function endingAfter(inserts: number, client: Clickhouse): Readonly<{ ending: Clickhouse; sent: () => number }> {
    let sent = 0
    const ending: Clickhouse = {
      ...client,
      async insertEncoded(...insert) {
        if (sent > inserts) throw gone
        sent += 1
        const [answer] = await Promise.allSettled([client.insertEncoded(...insert)])
        if (sent > inserts) throw gone
        if (answer.status === 'rejected') throw answer.reason
      },
    }
    return { ending, sent: () => sent }
  }

  const constraint = (rule: string): string => `ALTER TABLE records ADD CONSTRAINT of_the_test CHECK ${rule}`
  const withoutConstraint = 'ALTER TABLE records DROP CONSTRAINT of_the_test'

  const noSevenNorEight = constraint("id NOT IN ('act-7', 'act-8')")

  test('are kept whole in rows that say so, and all others are stored as they are', async (t) => {
    const world = await openWorld(t)
    await world.client.command(noSevenNorEight)
    await append(world.log, 0, 20)
    const sink = await startSink(world)
    assert.ok(await sink.caughtUp(100_000))
    await append(world.log, 20, 10)
    assert.ok(await sink.caughtUp(100_000))
    assert.equal(sink.failingMs(), 0)
    await sink.stop()
    await assertWhole(world, 30, 2)
    const rows = await refusedRows(world)
    assert.deepEqual(
      rows.map(({ topic, partition, offset, user }) => [topic, partition, offset, user]),
      [
        [topicOf('activity'), 0, '4', 'alice'],
        [topicOf('activity'), 1, '3', 'alice'],
      ],
    )
    for (const [at, { body }] of rows.entries()) {
      const { body: held, ...told } = JSON.parse(body) as { body: string }
      assert.deepEqual(told, { reason: 'ClickHouse refused a value (469 VIOLATED_CONSTRAINT)', type: 'activity' })
      const record = JSON.parse(Buffer.from(held, 'base64').toString()) as { body: { data: { id: string } } }
      assert.equal(record.body.data.id, at === 0 ? 'act-8' : 'act-7')
    }
    assert.deepEqual([await countOf(world.metrics.refused), await countOf(world.metrics.failures)], [2, 0])
    const told = world.lines.filter((line) => line.includes('stored as one of type refused'))
    assert.equal(told.length, 2)
    assert.match(
      told[0] ?? '',
      /"code":"clickhouse-data-refused","topic":"watchword.activity.v1","partition":\d,"offset":\d/,
    )
    assert.doesNotMatch(world.lines.join(''), /alice|act-7|203\.0\.113/)
  })

  test('by a view are stored as they are, like all others, in every table but that of the view, also when the process ends before that', async (t) => {
    for (const inserts of [Number.MAX_SAFE_INTEGER, 0]) {
      const world = await openWorld(t)
      const { client, log, metrics, lines } = world
      await client.command(`CREATE TABLE watched (id String, thrown UInt8) ENGINE = MergeTree ORDER BY id`)
      await client.command(
        `CREATE MATERIALIZED VIEW watched_of_activities TO watched AS SELECT id, throwIf(id = 'act-3') AS thrown FROM activities`,
      )
      await append(log, 0, 7)
      const first = await startSink(world, endingAfter(inserts, client).ending)
      await until(async () => first.failingMs() > 0 || (await first.caughtUp(10)))
      await first.stop()
      await storeAll(world)
      assert.ok((await countOf(metrics.viewRefusals)) > 0)
      assert.match(lines.join(''), /"code":"clickhouse-data-refused".*"views":\["refused\d+\.watched_of_activities"/)
      assert.doesNotMatch(lines.join(''), /act-3/)
      await append(log, 7, 3)
      await storeAll(world)
      await assertWhole(world, 10, 0)
      assert.deepEqual(await refusedRows(world), [])
      assert.deepEqual(await client.rows('SELECT id FROM watched ORDER BY id'), [
        { id: 'act-7' },
        { id: 'act-8' },
        { id: 'act-9' },
      ])
    }
  })

  test('are kept as a digest when they are too large in every form that holds them', async (t) => {
    const world = await openWorld(t)
    await world.client.command(constraint('length(body) < 5000'))
    await append(world.log, 0, 5)
    const [activity] = sampleRecords(codecs, 5, { session: 's'.repeat(6_000), partition: 0 })
    assert.ok(activity)
    await world.log.append([activity])
    await append(world.log, 6, 5)
    await storeAll(world)
    const [row, ...others] = await refusedRows(world)
    assert.deepEqual(others, [])
    const { bytes } = JSON.parse(row?.body ?? '') as { bytes: number }
    assert.equal(bytes, activity.value?.length)
    const { faults, records } = await verifyAudit(world.client, { checkpoints: [], keys: [] })
    assert.deepEqual([faults, records], [[], 71])
  })

  /** One that is refused in the middle of a batch; answers how many inserts it took until the end. */
  async function storeWithEnd(t: TestContext, inserts: number): Promise<number> {
    const world = await openWorld(t)
    await world.client.command(constraint("id != 'act-2'"))
    await append(world.log, 0, 5)
    const { ending, sent } = endingAfter(inserts, world.client)
    const first = await startSink(world, ending)
    await until(async () => first.failingMs() > 0 || (await first.caughtUp(10)))
    await first.stop()
    await storeAll(world)
    await assertWhole(world, 5, 1)
    assert.equal((await refusedRows(world)).length, 1)
    return sent()
  }

  test('are found again by whoever goes on after an end at any part of a batch, and nothing is stored twice', async (t) => {
    const inserts = await storeWithEnd(t, Number.MAX_SAFE_INTEGER)
    assert.ok(inserts > 6, `${inserts} inserts`)
    for (let before = 0; before < inserts; before += 1) await storeWithEnd(t, before)
  })

  describe('nothing is put aside, and all is stored once it can be, when ClickHouse refuses', () => {
    /** What makes inserts fail; answers what puts it right. */
    type Fault = (client: Clickhouse, insertBy: (other: Clickhouse) => void) => Promise<() => Promise<void>>

    const insertAs =
      (username: string, password: string): Fault =>
      async (client, insertBy) => {
        const other = as(username, password, client.database)
        insertBy(other)
        return async () => {
          insertBy(client)
          await other.close()
        }
      }

    const faults: Readonly<Record<string, Fault>> = {
      'a user who may not insert': insertAs('grafana', 'reader-password'),
      'a password': insertAs('watchword', 'another-password'),
      'a table that is not there': async (client) => {
        await client.command('RENAME TABLE records TO records_away')
        return () => client.command('RENAME TABLE records_away TO records')
      },
      'every row, whatever it holds': async (client) => {
        await client.command(constraint("topic = ''"))
        return () => client.command(withoutConstraint)
      },
    }

    for (const [what, begin] of Object.entries(faults))
      test(what, async (t) => {
        const world = await openWorld(t)
        const { client, log, metrics } = world
        let inserter = client
        const sink = await startSink(world, {
          ...client,
          insertEncoded: (...insert) => inserter.insertEncoded(...insert),
        })
        await append(log, 0, 2)
        assert.ok(await sink.caughtUp(100_000))
        const putRight = await begin(client, (other) => (inserter = other))
        await append(log, 2, 12)
        await until(async () => (await countOf(metrics.failures)) > 3)
        assert.ok(sink.failingMs() > 0)
        await putRight()
        assert.ok(await sink.caughtUp(100_000))
        await sink.stop()
        await assertWhole(world, 14, 0)
        assert.deepEqual(await refusedRows(world), [])
        assert.equal(await countOf(metrics.refused), 0)
      })
  })

  test('stop the audit rather than being put aside when they are more than 1 % of a thousand', async (t) => {
    const world = await openWorld(t)
    await world.client.command(constraint("type != 'activity'"))
    await append(world.log, 0, 30)
    const sink = await startSink(world)
    await until(async () => (await countOf(world.metrics.failures)) > 3)
    assert.equal((await refusedRows(world)).length, 9)
    assert.equal(await countOf(world.metrics.refused), 9)
    await world.client.command(withoutConstraint)
    assert.ok(await sink.caughtUp(100_000))
    await sink.stop()
    await assertWhole(world, 30, 9)
  })
})
