import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
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
import { createCodecs, createEmbeddedRegistry, logTopics, topicOf } from '@watchword/contracts'
import { createMemoryLog, type MemoryLog } from '@watchword/event-log/memory'
import { createLogger } from '@watchword/service-kit'
import { Registry } from 'prom-client'
import { createAuditMetrics } from '../audit-metrics.ts'
import { readAuditPosition } from '../audit-position.ts'
import { auditMigrations } from '../audit-schema.ts'
import { startAuditSink } from '../audit-sink.ts'
import { createCheckpointSigner } from '../chain/checkpoint.ts'
import { checkpointFile } from '../chain/checkpoint-places.ts'
import { startCheckpoints } from '../chain/checkpoints.ts'
import { readRows, type StoredRecord } from '../chain/row-reader.ts'
import { generateSigningJwk } from '../chain/signing-key.ts'
import { type AuditVerdict, verifyAudit } from '../chain/verify-audit.ts'
import { recordInsert } from '../record-columns.ts'
import { linksBefore } from '../reports/links-before.ts'
import { sampleRecords } from '../testing/sample-records.ts'
import { applyRetention, planRetention } from './apply-retention.ts'
import type { Retention } from './retention-settings.ts'

const directory = mkdtempSync(join(tmpdir(), 'watchword-retention-'))
const logger = createLogger({ service: 'test', version: '0', level: 'silent' })
const codecs = await createCodecs(createEmbeddedRegistry())
const signer = createCheckpointSigner(generateSigningJwk())
const dayMs = 86_400_000
const longAgo = Date.now() - 200 * dayMs
const sessions = topicOf('session')
const made: Required<Retention> = {
  recordsRetentionDays: 0,
  derivedRetentionDays: 400,
  rollupsRetentionDays: 400,
  minutesRetentionDays: 92,
  hoursRetentionDays: 1_100,
}
let server: EmbeddedClickhouse
let databases = 0

type World = Readonly<{ log: MemoryLog; client: Clickhouse; file: string }>

async function openWorld(migrations = auditMigrations): Promise<World> {
  const name = `retention${++databases}`
  const client = createClickhouse({ url: server.url, database: name })
  await migrate(client, migrations)
  return { log: createMemoryLog({ topics: logTopics }, { now: Date.now }), client, file: join(directory, name) }
}

/** Stores logins of a partition as if it were `now`, one insert and one checkpoint after the other. */
async function store({ log, client, file }: World, now: number, logins: readonly number[], partition: number) {
  const metrics = createAuditMetrics(new Registry())
  const config = { flushIntervalMs: 5, batchRowsMax: 50, batchBytesMax: 1_048_576, retryMs: 20 }
  let clock = now
  const deps = { client, logger, metrics, now: () => clock }
  const sink = await startAuditSink(config, { ...deps, log, codecs, onFatal: assert.fail })
  const checkpoints = startCheckpoints(
    { checkpointIntervalMs: 3_600_000 },
    { ...deps, signer, places: [checkpointFile(file)], heads: () => sink.heads() },
  )
  for (const number of logins) {
    await log.append(sampleRecords(codecs, number, { partition, at: clock }))
    assert.ok(await sink.caughtUp(100_000))
    clock += 1_000
    await checkpoints.take()
    clock += 60_000
  }
  await sink.stop()
  await checkpoints.stop()
}

/** Has ClickHouse do at once what it does in the end, in the tables that are looked at. */
async function expire(client: Clickhouse): Promise<void> {
  const tables = ['records', 'activities', 'user_days', 'positions']
  const isLookedAt = `database = currentDatabase() AND table IN ('${tables.join("', '")}')`
  while ((await count(client, 'system.mutations', `${isLookedAt} AND NOT is_done`)) > 0);
  for (const name of tables) await client.command(`OPTIMIZE TABLE ${name} FINAL`)
}

async function count(client: Clickhouse, table: string, where = '1'): Promise<number> {
  const [row] = await client.rows<{ n: string }>(`SELECT count() AS n FROM ${table} WHERE ${where}`)
  return Number(row?.n)
}

async function verdictOf({ client, file }: World, days?: number): Promise<AuditVerdict> {
  const texts = readFileSync(file, 'utf8').split('\n').filter(Boolean)
  const removed = days === undefined ? {} : { removed: { before: Date.now() - days * dayMs } }
  return verifyAudit(client, { checkpoints: texts, keys: [signer.publicJwk], ...removed })
}

function faultsOf({ faults }: AuditVerdict): readonly string[] {
  return faults.map(({ code, topic, partition, offset }) => `${code} ${topic}/${partition}/${offset}`)
}

async function deleteRecords({ client }: World, where: string): Promise<void> {
  await client.command(`ALTER TABLE records DELETE WHERE ${where}`, { settings: { mutations_sync: '2' } })
}

describe('the retention of the audit, on ClickHouse', () => {
  before(async () => {
    server = await startEmbeddedClickhouse({ directory: join(directory, 'clickhouse') }, { logger })
  })
  after(async () => {
    await server.stop()
    rmSync(directory, { recursive: true })
  })

  test('a new database keeps its rows as it always did, and nothing is sent for settings that it has', async () => {
    const { client } = await openWorld()
    assert.deepEqual(await planRetention(client, {}), [])
    assert.deepEqual(await planRetention(client, made), [])
    const changes = await applyRetention(client, {
      ...made,
      recordsRetentionDays: 90,
      derivedRetentionDays: 30,
      rollupsRetentionDays: 60,
    })
    assert.deepEqual(changes.map(({ table, before, days }) => `${table} ${before} ${days}`).slice(0, 2), [
      'records 0 90',
      'activities 400 30',
    ])
    assert.equal(changes.length, 13)
    for (const statement of changes.flatMap(({ statements }) => statements))
      assert.match(renderStatement(statement, { cluster: 'audit' }), / ON CLUSTER 'audit' MODIFY /)
    const mutations = await count(client, 'system.mutations', 'database = currentDatabase()')
    assert.deepEqual(await applyRetention(client, { recordsRetentionDays: 90, derivedRetentionDays: 30 }), [])
    assert.deepEqual(await applyRetention(client, {}), [], 'what is not set stays as it is')
    assert.equal(await count(client, 'system.mutations', 'database = currentDatabase()'), mutations)
    await applyRetention(client, made)
    assert.deepEqual(await planRetention(client, made), [])
  })

  test('copies of the records go with them, and what somebody wrote by hand stays unless it is set', async () => {
    const { client } = await openWorld()
    const own = "toDateTime(at) + INTERVAL 30 DAY DELETE WHERE user = '', toDateTime(at) + INTERVAL 500 DAY"
    await client.command(`ALTER TABLE verdicts MODIFY TTL ${own}`)
    assert.deepEqual(await planRetention(client, { minutesRetentionDays: 92 }), [])
    const changed = await applyRetention(client, { recordsRetentionDays: 365, hoursRetentionDays: 1_100 })
    assert.deepEqual(
      changed.filter(({ table }) => table === 'verdicts').map(({ before, days }) => [before, days]),
      [[undefined, 365]],
    )
    assert.deepEqual(new Set(changed.map(({ days }) => days)), new Set([365]))
    assert.equal(changed.length, 13)
    const longer = await planRetention(client, { recordsRetentionDays: 400 })
    assert.deepEqual(
      longer.map(({ table }) => table),
      ['records'],
      'no copy is kept longer by itself',
    )
  })

  test('old parts are dropped and new ones stay, and what is left is proven', async () => {
    const world = await openWorld()
    await store(world, longAgo, [0, 1, 2], 0)
    await store(world, Date.now() - dayMs, [3, 4, 5], 0)
    assert.deepEqual(faultsOf(await verdictOf(world)), [])
    assert.deepEqual(faultsOf(await verdictOf(world, 90)), [], 'also before anything is dropped')
    await applyRetention(world.client, { recordsRetentionDays: 90 })
    await expire(world.client)
    assert.equal(await count(world.client, 'records'), 21)
    assert.equal(await count(world.client, 'activities'), 3)
    assert.equal(await count(world.client, 'user_days', 'day < today() - 90'), 0)
    const { faults, checkpointFaults, beginnings, records } = await verdictOf(world, 90)
    assert.deepEqual([faults, checkpointFaults, records], [[], [], 21])
    assert.deepEqual(
      beginnings.filter(({ topic }) => topic === sessions),
      [{ topic: sessions, partition: 0, offset: 9, checkpoint: 3, follows: true }],
    )
    assert.deepEqual(
      (await verdictOf(world)).faults.length,
      4,
      'who is not told that something has expired finds it gone',
    )
    const left: StoredRecord[] = []
    const ofSessions = `FROM records WHERE topic = '${sessions}' ORDER BY offset LIMIT 2 FORMAT ${recordInsert.format}`
    for await (const record of readRows(world.client.bytes(`SELECT ${recordInsert.columns.join(', ')} ${ofSessions}`)))
      left.push(record)
    assert.deepEqual(
      await linksBefore(world.client, left),
      [undefined, left[0]?.hash.toString('hex')],
      'a proof says nothing of what is gone',
    )
  })

  test('of what has not expired nothing can be taken out, at the beginning, within, or whole', async () => {
    const world = await openWorld()
    await store(world, longAgo, [0], 1)
    await store(world, Date.now() - dayMs, [1, 2, 3, 4], 0)
    await store(world, Date.now() - dayMs / 2, [5], 2)
    await applyRetention(world.client, { recordsRetentionDays: 90 })
    await expire(world.client)
    assert.deepEqual(faultsOf(await verdictOf(world, 90)), [])
    await deleteRecords(world, `topic = '${sessions}' AND partition = 0 AND offset = 7`)
    assert.deepEqual(faultsOf(await verdictOf(world, 90)), [`record-does-not-follow ${sessions}/0/8`])
    await deleteRecords(world, `topic = '${sessions}' AND partition = 0 AND offset < 8`)
    assert.deepEqual(faultsOf(await verdictOf(world, 90)), [`records-missing-at-beginning ${sessions}/0/5`])
    await deleteRecords(world, `topic = '${sessions}' AND partition = 2`)
    assert.deepEqual(faultsOf(await verdictOf(world, 90)), [
      `records-missing-at-beginning ${sessions}/0/5`,
      `records-missing-at-end ${sessions}/2/2`,
    ])
    await world.client.command(
      `ALTER TABLE records UPDATE body = 'x' WHERE topic = '${topicOf('activity')}' AND offset = 2`,
      { settings: { mutations_sync: '2' } },
    )
    assert.ok(faultsOf(await verdictOf(world, 90)).includes(`record-does-not-follow ${topicOf('activity')}/0/2`))
  })

  test('a partition of which all has expired goes on where it was, and nothing is stored again', async () => {
    const world = await openWorld()
    await store(world, longAgo, [0, 1], 1)
    await store(world, Date.now() - dayMs, [2], 0)
    const position = await readAuditPosition(world.client)
    await applyRetention(world.client, { recordsRetentionDays: 90 })
    await expire(world.client)
    assert.equal(await count(world.client, 'records', 'partition = 1'), 0)
    assert.deepEqual(sorted(await readAuditPosition(world.client)), sorted(position))
    await store(world, Date.now() - dayMs / 2, [3], 1)
    assert.equal(await count(world.client, 'records', 'partition = 1'), 7)
    assert.equal(await count(world.client, 'records', `topic = '${sessions}' AND partition = 1 AND offset < 6`), 0)
    const verdict = await verdictOf(world, 90)
    assert.deepEqual([verdict.faults, verdict.records], [[], 14])
  })

  test('where the audit stands outlives every record, also in a database that an earlier build has filled', async () => {
    const world = await openWorld()
    await store(world, longAgo, [0, 1], 1)
    await store(world, longAgo + dayMs, [2], 0)
    const position = await readAuditPosition(world.client)
    for (const table of ['VIEW positions_of_records', 'TABLE positions']) await world.client.command(`DROP ${table}`)
    await world.client.command("ALTER TABLE watchword_migrations DELETE WHERE id >= '0014'", {
      settings: { mutations_sync: '2' },
    })
    assert.deepEqual(await migrate(world.client, auditMigrations), ['0014', '0015'])
    await applyRetention(world.client, { recordsRetentionDays: 90 })
    await expire(world.client)
    assert.equal(await count(world.client, 'records'), 0)
    assert.deepEqual(sorted(await readAuditPosition(world.client)), sorted(position))
    await store(world, Date.now() - dayMs / 2, [3], 0)
    assert.equal(await count(world.client, 'records'), 7)
    assert.deepEqual(faultsOf(await verdictOf(world, 90)), [])
  })

  test('newest records that the database has lost are taken from the log again', async () => {
    const world = await openWorld()
    await store(world, Date.now() - dayMs / 2, [0, 1], 0)
    await deleteRecords(world, 'stored = (SELECT max(stored) FROM records)')
    assert.equal(await count(world.client, 'records'), 7)
    // Together with what was lost, so that it is another insert.
    await world.log.append(sampleRecords(codecs, 2, { at: Date.now() }))
    await store(world, Date.now() - dayMs / 4, [3], 0)
    assert.equal(await count(world.client, 'records'), 28)
    assert.deepEqual(faultsOf(await verdictOf(world)), [])
  })

  test('records that it has lost of one partition are taken from the log again, though others have newer ones', async () => {
    const world = await openWorld()
    await store(world, Date.now() - dayMs / 2, [0, 1], 0)
    const before = await readAuditPosition(world.client)
    await deleteRecords(world, 'stored = (SELECT max(stored) FROM records)')
    const less = await readAuditPosition(world.client)
    assert.notDeepEqual(sorted(less).heads, sorted(before).heads)
    // As of another partition: what stands in `positions` of the first is older than the newest record by now.
    await world.client.insert('records', [
      { topic: 'elsewhere', partition: 1, offset: '0', stored: new Date().toISOString(), hash: 'x'.repeat(32) },
    ])
    const after = await readAuditPosition(world.client)
    assert.deepEqual(
      sorted(after).heads.filter((head) => !head.startsWith('elsewhere')),
      sorted(less).heads,
    )
    assert.deepEqual(sorted(after).watermarks, sorted(less).watermarks)
  })
})

/** In an order of its own. */
function sorted({ heads, watermarks, storedAt }: Awaited<ReturnType<typeof readAuditPosition>>) {
  return {
    heads: heads
      .map(
        ({ topic, partition, offset, link }) => `${topic}/${partition}/${offset}/${Buffer.from(link).toString('hex')}`,
      )
      .toSorted(),
    watermarks: Object.entries(watermarks)
      .map(([name, { offset, index }]) => `${name} ${offset} ${index}`)
      .toSorted(),
    storedAt,
  }
}
