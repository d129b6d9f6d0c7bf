import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
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
import { createCodecs, createEmbeddedRegistry, logTopics } from '@watchword/contracts'
import { createMemoryLog, type MemoryLog } from '@watchword/event-log/memory'
import { createLogger } from '@watchword/service-kit'
import { Registry } from 'prom-client'
import { createAuditMetrics } from './audit-metrics.ts'
import { auditMigrations } from './audit-schema.ts'
import { startAuditSink } from './audit-sink.ts'
import { createCheckpointSigner } from './chain/checkpoint.ts'
import { startCheckpoints } from './chain/checkpoints.ts'
import { generateSigningJwk } from './chain/signing-key.ts'
import { verifyAudit } from './chain/verify-audit.ts'
import { sampleRecords, sampleTime } from './testing/sample-records.ts'

const directory = mkdtempSync(join(tmpdir(), 'watchword-restored-'))
const logger = createLogger({ service: 'test', version: '0', level: 'silent' })
const metrics = createAuditMetrics(new Registry())
const codecs = await createCodecs(createEmbeddedRegistry())
const signer = createCheckpointSigner(generateSigningJwk())
const page = new URL('../../../docs/how-to/back-up-and-restore.md', import.meta.url)

/** What puts the later checkpoints of the second place back, as the page says it. */
const putBack = /^ *```sql checkpoints\n(.*?)^ *```/ms.exec(readFileSync(page, 'utf8'))?.[1] ?? ''

let server: EmbeddedClickhouse

/** Without a client of ours: the back-ups of a session stay in the memory of the server. */
async function ask(database: string, query: string, body = ''): Promise<void> {
  const parameters = new URLSearchParams({ database, query, session_id: 'restored' })
  const answer = await fetch(`${server.url}/?${parameters.toString()}`, { method: 'POST', body })
  assert.equal(answer.status, 200, await answer.text())
}

describe('a database that was restored from a back-up of its own', () => {
  before(async () => {
    server = await startEmbeddedClickhouse({ directory: join(directory, 'clickhouse') }, { logger })
  })
  after(async () => {
    await server.stop()
    rmSync(directory, { recursive: true })
  })

  /** A log, and a database of that name with the tables of the audit. */
  async function openWorld(t: TestContext, database: string): Promise<{ log: MemoryLog; client: Clickhouse }> {
    const log = createMemoryLog({ topics: logTopics }, { now: () => sampleTime })
    const client = createClickhouse({ url: server.url, database })
    await migrate(client, auditMigrations)
    t.after(async () => {
      await log.close()
      await client.close()
    })
    return { log, client }
  }

  /** Stores what the log has more, signs that it is there, and stops. */
  async function store(client: Clickhouse, log: MemoryLog, kept: string[]): Promise<void> {
    const sink = await startAuditSink(
      { flushIntervalMs: 5, batchRowsMax: 50, batchBytesMax: 1_048_576, retryMs: 20 },
      { log, codecs, client, logger, metrics, now: Date.now, onFatal: assert.fail },
    )
    assert.ok(await sink.caughtUp(100_000))
    const checkpoints = startCheckpoints(
      { checkpointIntervalMs: 3_600_000 },
      {
        client,
        signer,
        places: [async (text) => void kept.push(text)],
        heads: () => sink.heads(),
        now: Date.now,
        logger,
        metrics,
      },
    )
    await checkpoints.take()
    await sink.stop()
    await checkpoints.stop()
  }

  async function countsOf(client: Clickhouse) {
    const [row] = await client.rows<Record<string, string>>(
      `SELECT (SELECT count() FROM records) AS records, (SELECT count() FROM activities) AS activities,
         (SELECT count() FROM assessments) AS assessments, (SELECT count() FROM lock_events) AS lock_events,
         (SELECT sum(count) FROM counts_by_hour) AS counts, (SELECT sum(activities) FROM user_days) AS days`,
    )
    return row
  }

  const verdictOf = (client: Clickhouse, checkpoints: readonly string[]) =>
    verifyAudit(client, { checkpoints, keys: [signer.publicJwk] })

  test('catches up with the log by itself, nothing twice in any table, and is what the later checkpoints say once they are put back', async (t) => {
    const { log, client } = await openWorld(t, 'restored')
    const append = async (...numbers: readonly number[]): Promise<void> => {
      for (const number of numbers) await log.append(sampleRecords(codecs, number, { partition: number % 2 }))
    }
    const kept: string[] = []
    await append(1, 2, 3)
    await store(client, log, kept)
    await ask('default', "BACKUP DATABASE restored TO Memory('of-three')")
    for (const number of [4, 5]) {
      await append(number)
      await store(client, log, kept)
    }
    const counts = await countsOf(client)
    await ask('default', 'DROP DATABASE restored SYNC')
    await ask('default', "RESTORE DATABASE restored FROM Memory('of-three')")
    assert.notDeepEqual(await countsOf(client), counts)

    await ask('restored', putBack, kept.map((text) => `${text}\n`).join(''))
    await store(client, log, kept)
    assert.deepEqual(await countsOf(client), counts)
    // Not even where it starts again before anything new is stored.
    await store(client, log, kept)
    assert.deepEqual(await countsOf(client), counts)
    const { faults, checkpointFaults, checkpoints } = await verdictOf(client, kept)
    // Three that were signed before the loss, and one at each start after it.
    assert.deepEqual([faults, checkpointFaults, checkpoints], [[], [], 5])
    await append(6)
    await store(client, log, kept)
    await store(client, log, kept)
    assert.equal(Number((await countsOf(client))?.['activities']), Number(counts?.['activities']) + 1)
    const after = await verdictOf(client, kept)
    assert.deepEqual([after.faults, after.checkpointFaults], [[], []])
  })

  test('stores nothing twice either where the back-up is of a build that did not look for restores', async (t) => {
    const { log, client } = await openWorld(t, 'older')
    const kept: string[] = []
    await log.append(sampleRecords(codecs, 1, {}))
    await store(client, log, kept)
    const counts = await countsOf(client)
    await client.command('TRUNCATE TABLE restores')
    await ask('default', "BACKUP DATABASE older TO Memory('of-older')")
    await ask('default', 'DROP DATABASE older SYNC')
    await ask('default', "RESTORE DATABASE older FROM Memory('of-older')")
    await store(client, log, kept)
    assert.deepEqual(await countsOf(client), counts)
  })

  test('signs a second checkpoint of a number where the later ones were not put back, and the verification says so', async (t) => {
    const { log, client } = await openWorld(t, 'forked')
    const kept: string[] = []
    await log.append(sampleRecords(codecs, 1, {}))
    await store(client, log, kept)
    await ask('default', "BACKUP DATABASE forked TO Memory('of-one')")
    await log.append(sampleRecords(codecs, 2, {}))
    await store(client, log, kept)
    await ask('default', 'DROP DATABASE forked SYNC')
    await ask('default', "RESTORE DATABASE forked FROM Memory('of-one')")
    await store(client, log, kept)
    const { faults, checkpointFaults } = await verdictOf(client, kept)
    assert.deepEqual(faults, [])
    assert.deepEqual(
      [...new Set(checkpointFaults.map(({ code, number }) => `${code} ${number}`))],
      ['checkpoint-forked 2'],
    )
  })
})
