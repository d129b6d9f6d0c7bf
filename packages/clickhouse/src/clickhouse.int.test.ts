import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import {
  type Clickhouse,
  ClickhouseError,
  createClickhouse,
  type EmbeddedClickhouse,
  type EmbeddedExit,
  type Migration,
  MigrationError,
  migrate,
  planMigrations,
  startEmbeddedClickhouse,
} from './index.ts'

const quiet = { info: () => {}, warn: () => {}, error: () => {} }
const exits = { next: Promise.withResolvers<EmbeddedExit>() }
const users = [
  { name: 'watchword', password: 'writer-password' },
  { name: 'grafana', password: 'reader-password', readsOnly: 'watchword' },
]
const facts: Migration = {
  id: '0001',
  name: 'facts',
  sql: [
    `CREATE TABLE IF NOT EXISTS facts (id UInt64, text String, at DateTime64(3, 'UTC') DEFAULT 0)
     ENGINE = MergeTree ORDER BY id SETTINGS non_replicated_deduplication_window = 100`,
  ],
}
const notes: Migration = { id: '0002', name: 'notes', sql: ['ALTER TABLE facts ADD COLUMN IF NOT EXISTS note String'] }

const lines = { table: 'facts', columns: ['id', 'text'], format: 'JSONEachRow' } as const

let folder: string
let server: EmbeddedClickhouse
let client: Clickhouse

const as = (username: string, password: string, url = server.url): Clickhouse =>
  createClickhouse({ url, username, password, database: 'watchword' })
const count = async (): Promise<number> =>
  Number((await client.rows<{ n: string }>('SELECT count() AS n FROM facts'))[0]?.n)

describe('ClickHouse', () => {
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'watchword-clickhouse-'))
    server = await startEmbeddedClickhouse(
      { directory: join(folder, 'one'), users },
      { logger: quiet, onExit: (exit) => exits.next.resolve(exit) },
    )
    client = as('watchword', 'writer-password')
    await migrate(client, [facts])
  })
  after(async () => {
    await client.close()
    await server.stop()
    await rm(folder, { recursive: true })
  })

  test('migrations are applied once, in order, and a step whose text changed is refused', async () => {
    assert.deepEqual((await planMigrations(client, [facts, notes])).pending, [notes])
    assert.deepEqual(await migrate(client, [facts, notes]), ['0002'])
    assert.deepEqual(await migrate(client, [facts, notes]), [])
    assert.deepEqual(await planMigrations(client, [facts]), { applied: ['0001'], pending: [], unknown: ['0002'] })
    const refusal = (code: string) => (error: unknown) => error instanceof MigrationError && error.code === code
    await assert.rejects(migrate(client, [{ ...facts, sql: ['SELECT 1'] }, notes]), refusal('migration-changed'))
    await assert.rejects(migrate(client, [facts, { ...notes, id: '00015' }]), refusal('migration-out-of-order'))
    await assert.rejects(migrate(client, [notes, facts]), refusal('migration-out-of-order'))
  })

  test('a batch sent twice with one deduplication token is stored once', async () => {
    const rows = Array.from({ length: 1_000 }, (_, id) => ({ id, text: 'a' }))
    const earlier = await count()
    for (const token of ['p-0-1000', 'p-0-1000', 'p-1000-2000'])
      await client.insert('facts', rows, { deduplicationToken: token })
    const chunks = [rows.slice(0, 400), rows.slice(400)].map((some) =>
      Buffer.from(some.map((row) => `${JSON.stringify(row)}\n`).join('')),
    )
    for (const token of ['p-1000-2000', 'p-2000-3000'])
      await client.insertEncoded(lines, chunks, { deduplicationToken: token })
    assert.equal(await count(), earlier + 3_000)
  })

  test('values come back as they went in: 64-bit integers as text, times as ISO 8601, parameters never as SQL', async () => {
    const id = '18446744073709551615'
    const text = `'; DROP TABLE facts; -- {id:UInt64} \u0000 \n`
    await client.insert('facts', [{ id, text, at: '2026-11-22T10:00:00.123Z' }])
    const rows = await client.rows('SELECT id, text, at FROM facts WHERE text = {text:String}', {
      parameters: { text },
    })
    assert.deepEqual(rows, [{ id, text, at: '2026-11-22T10:00:00.123Z' }])
    const streamed: unknown[] = []
    for await (const chunk of client.stream('SELECT number FROM numbers(3)')) streamed.push(...chunk)
    assert.deepEqual(streamed, [{ number: '0' }, { number: '1' }, { number: '2' }])
  })

  test('errors say whether to try again and hold no value of the query', async () => {
    const nobody = createClickhouse({ url: 'http://127.0.0.1:1', database: 'watchword' })
    await assert.rejects(nobody.rows('SELECT 1'), { code: 'clickhouse-unreachable', retryable: true })
    await nobody.close()
    await assert.rejects(client.command("INSERT INTO facts (id) VALUES ('hunter2')"), (error) => {
      assert.ok(error instanceof ClickhouseError)
      assert.deepEqual([error.code, error.retryable], ['clickhouse-data-refused', false])
      assert.doesNotMatch(`${error.message} ${String(error.stack)}`, /hunter2/)
      return true
    })
    await assert.rejects(client.insert('facts', [{ id: 1, unknownField: 1 }]), { code: 'clickhouse-data-refused' })
    await assert.rejects(client.insert('nowhere', [{ id: 1 }]), { code: 'clickhouse-query-refused', retryable: false })
    await assert.rejects(
      client.insertEncoded({ ...lines, columns: ['id', 'unknownField'] }, [Buffer.from('{"id":1,"unknownField":1}\n')]),
      {
        code: 'clickhouse-query-refused',
      },
    )
  })

  test('where there are users, a reader reads its database and nothing else, and nobody gets in without a password', async () => {
    const reader = as('grafana', 'reader-password')
    const stranger = as('watchword', 'guess')
    const engine = as('default', '')
    assert.equal((await reader.rows('SELECT count() FROM facts')).length, 1)
    const refused = { code: 'clickhouse-access-refused', retryable: false }
    await assert.rejects(reader.insert('facts', [{ id: 1, text: 'x' }]), (error) => error instanceof ClickhouseError)
    for (const sql of [
      "SELECT * FROM file('/etc/hostname', 'LineAsString')",
      "SELECT * FROM url('http://127.0.0.1:1/', 'LineAsString')",
    ]) {
      await assert.rejects(
        reader.rows(sql),
        (error) => error instanceof ClickhouseError && error.code !== 'clickhouse-unreachable',
      )
    }
    await assert.rejects(stranger.ping(), refused)
    await assert.rejects(engine.rows('SELECT * FROM facts'), refused)
    const kept = await readFile(join(folder, 'one', 'watchword-users.xml'), 'utf8')
    assert.doesNotMatch(kept, /writer-password|reader-password/)
    await Promise.all([reader, stranger, engine].map((each) => each.close()))
  })

  test('an engine that is killed comes back by itself at the same address with all it had acknowledged', async () => {
    await client.insert('facts', [{ id: 7, text: 'survivor' }])
    const earlier = await count()
    exits.next = Promise.withResolvers()
    process.kill(server.pid() ?? 0, 'SIGKILL')
    assert.equal((await exits.next.promise).signal, 'SIGKILL')
    assert.equal(server.isReady(), false)
    await server.ready()
    assert.equal(await count(), earlier)
  })

  test('the engine ends with its parent, even a killed one, and what it leaves does not prevent the next start', async (t) => {
    const directory = join(folder, 'two')
    const script = fileURLToPath(new URL('./embedded-parent.fixture.ts', import.meta.url))
    const parent = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, directory], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [url] = (await once(parent.stdout.setEncoding('utf8'), 'data')) as [string]
    assert.equal((await fetch(`${url}/ping`)).status, 200)
    parent.kill('SIGKILL')
    await once(parent, 'exit')
    // The engine locks its folder, so this one is up only when the other is gone.
    const next = await startEmbeddedClickhouse({ directory }, { logger: quiet })
    t.after(() => next.stop())
    await assert.rejects(fetch(`${url}/ping`))
    const visitor = createClickhouse({ url: next.url, database: 'default' })
    await visitor.ping()
    await visitor.close()
  })

  test('a port that somebody else holds is a failed start that says so, and a stranger there is never taken for the engine', async () => {
    const { port } = new URL(server.url)
    const start = startEmbeddedClickhouse(
      { directory: join(folder, 'three'), httpPort: Number(port) },
      { logger: quiet },
    )
    await assert.rejects(start, { code: 'clickhouse-start-failed', message: /Address already in use/ })
  })
})
