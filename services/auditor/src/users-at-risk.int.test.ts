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
import { createLogger } from '@watchword/service-kit'
import { auditMigrations } from './audit-schema.ts'

const directory = mkdtempSync(join(tmpdir(), 'watchword-at-risk-'))
const logger = createLogger({ service: 'test', version: '0', level: 'silent' })
const from = '2026-11-20 00:00:00.000'
const to = '2026-11-21 00:00:00.000'
const timeOf = (hour: number): string => `2026-11-20 ${String(hour).padStart(2, '0')}:00:00.000`

describe('users at risk', () => {
  let server: EmbeddedClickhouse
  let client: Clickhouse
  let offset = 0
  before(async () => {
    server = await startEmbeddedClickhouse({ directory }, { logger })
    client = createClickhouse({ url: server.url, database: 'at_risk' })
    await migrate(client, auditMigrations)
  })
  after(async () => {
    await client.close()
    await server.stop()
    rmSync(directory, { recursive: true })
  })

  const risk = (user: string, hour: number) =>
    client.insert('risk_days', [{ tenant: 'demo', day: '2026-11-20', user, high: 1, last_high: timeOf(hour) }])
  const verdict = (user: string, hour: number, said: string, by = 'operator', tenant = 'demo') =>
    client.insert('verdicts', [
      { tenant, user, at: timeOf(hour), offset: ++offset, assessment: `of-${user}`, verdict: said, by },
    ])
  const lock = (user: string, session: string, event = 'session-locked') =>
    client.insert('lock_events', [
      {
        tenant: 'demo',
        app: 'bank',
        user,
        session,
        at: timeOf(9),
        offset: ++offset,
        lock: `l-${user}-${session}`,
        version: offset,
        event,
      },
    ])
  const ended = (user: string, session: string, tenant = 'demo') =>
    client.insert('session_events', [
      { tenant, app: 'bank', user, session, at: timeOf(10), offset: ++offset, event: 'session-ended' },
    ])
  async function atRisk(): Promise<Readonly<Record<string, number>>> {
    const rows = await client.rows<{ user: string; open: number }>(
      `SELECT user, toUInt32(open_locks) AS open FROM users_at_risk(tenant = 'demo', from = '${from}', to = '${to}')`,
    )
    return Object.fromEntries(rows.map(({ user, open }) => [user, open]))
  }

  test('are none whom an operator cleared after it, by the latest verdict; a user clears nobody, nor does another tenant', async () => {
    const users = ['stays', 'safe', 'dismissed', 'before', 'by-user', 'elsewhere', 'changed']
    for (const user of users) await risk(user, 9)
    await verdict('safe', 10, 'confirmed-safe')
    await verdict('dismissed', 10, 'dismissed')
    await verdict('before', 8, 'confirmed-safe')
    await verdict('by-user', 10, 'confirmed-safe', 'user')
    await verdict('elsewhere', 10, 'confirmed-safe', 'operator', 'rival')
    await verdict('changed', 10, 'confirmed-safe')
    await verdict('changed', 11, 'confirmed-compromised')
    assert.deepEqual(Object.keys(await atRisk()).toSorted(), ['before', 'by-user', 'changed', 'elsewhere', 'stays'])
  })

  test('have as many open locks as are in force: none that was opened, and none whose session has ended', async () => {
    await risk('locked', 10)
    for (const session of ['open', 'opened', 'ended', 'ended-elsewhere']) await lock('locked', session)
    await lock('locked', 'opened', 'session-unlocked')
    await ended('locked', 'ended')
    await ended('locked', 'ended-elsewhere', 'rival')
    await ended('somebody', 'open')
    assert.equal((await atRisk())['locked'], 2)
  })
})
