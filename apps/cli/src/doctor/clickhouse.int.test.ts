import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { auditMigrations } from '@watchword/auditor'
import { createClickhouse, type EmbeddedClickhouse, migrate, startEmbeddedClickhouse } from '@watchword/clickhouse'
import { createLogger } from '@watchword/service-kit'
import { examineClickhouse } from './clickhouse.ts'

const database = 'watchword'

/** Code and setting of what is found at an address. */
async function codesOf(url: string): Promise<readonly string[]> {
  const findings = await examineClickhouse({ url, username: 'default', database }, 'clickhouse')
  return findings.filter(({ severity }) => severity !== 'ok').map(({ code, setting }) => `${code} ${setting}`)
}

describe('the doctor at a ClickHouse', () => {
  const folder = mkdtempSync(join(tmpdir(), 'watchword-doctor-'))
  let server: EmbeddedClickhouse
  before(async () => {
    server = await startEmbeddedClickhouse(
      { directory: folder },
      { logger: createLogger({ service: 'test', version: '0', level: 'silent' }) },
    )
  })
  after(async () => {
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  test('finds a migration missing before one that was applied', async () => {
    const client = createClickhouse({ url: server.url, database })
    await migrate(client, auditMigrations)
    assert.deepEqual(await codesOf(server.url), [])
    const { id } = auditMigrations.at(-2) ?? assert.fail('there is one migration alone')
    await client.command(`ALTER TABLE watchword_migrations DELETE WHERE id = '${id}' SETTINGS mutations_sync = 1`)
    await client.close()
    assert.deepEqual(await codesOf(server.url), ['migration-out-of-order clickhouse.url'])
  })

  test('finds a server that takes the connection and never answers', async (t) => {
    const silent = createServer(() => undefined)
    await once(silent.listen(0, '127.0.0.1'), 'listening')
    t.after(() => {
      silent.close()
      silent.closeAllConnections()
    })
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`
    assert.deepEqual(await codesOf(url), ['clickhouse-timeout clickhouse.url'])
  })
})
