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
import { plantAttacks, seedPlainDays } from './testing/seed/index.ts'

const directory = mkdtempSync(join(tmpdir(), 'watchword-analytics-'))
const logger = createLogger({ service: 'test', version: '0', level: 'silent' })
const day = '2026-11-19'
const plain = { users: 1_200, lastDay: day, days: 21, activitiesPerDay: 4 }

describe('analytics', () => {
  let server: EmbeddedClickhouse
  let client: Clickhouse
  before(async () => {
    server = await startEmbeddedClickhouse({ directory }, { logger })
    client = createClickhouse({ url: server.url, database: 'audit', requestTimeoutMs: 120_000 })
    await migrate(client, auditMigrations)
    for (const tenant of ['calm', 'attacked']) await seedPlainDays(client, { tenant, ...plain })
    await plantAttacks(client, { tenant: 'attacked', day })
  })
  after(async () => {
    await client.close()
    await server.stop()
    rmSync(directory, { recursive: true })
  })

  test('the seeded days are those of a company, the same each time', async () => {
    const [facts] = await client.rows(
      `SELECT (SELECT uniqExact(user) > 1100 FROM activities WHERE tenant = 'calm') AS people,
         (SELECT max(users) > 200 FROM (SELECT uniqExact(user) AS users FROM activities WHERE tenant = 'calm' GROUP BY ip)) AS office,
         (SELECT countIf(outcome = 'failed') / count() BETWEEN 0.03 AND 0.15 FROM activities WHERE tenant = 'calm' AND type = 'login') AS typing,
         (SELECT max(countries) > 2 FROM (SELECT uniqExact(country) AS countries FROM activities WHERE tenant = 'calm' GROUP BY user)) AS journeys,
         (SELECT countIf(event = 'verification-passed') > 0 FROM session_events WHERE tenant = 'calm') AS proofs,
         (SELECT count() FROM activities WHERE tenant = 'calm') = (SELECT count() FROM activities WHERE tenant = 'attacked' AND startsWith(id, 'plain')) AS same`,
    )
    assert.deepEqual(facts, { people: 1, office: 1, typing: 1, journeys: 1, proofs: 1, same: 1 })
  })
})
