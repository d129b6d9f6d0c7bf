import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { startEmbeddedClickhouse } from '@watchword/clickhouse'
import { clusterTopics } from '@watchword/contracts'
import { openKafkaAdmin, planTopics } from '@watchword/event-log/kafka'
import { joinTestBroker, startTestBroker } from '@watchword/event-log/kafka/testing'
import { startTestRegistry } from '@watchword/service-host/testing'
import { createLogger } from '@watchword/service-kit'
import { codesOf, type Environment } from './testing/doctor.ts'

const cache = fileURLToPath(new URL('../../../../.cache/', import.meta.url))
mkdirSync(cache, { recursive: true })
const folder = mkdtempSync(join(cache, 'doctor-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const port = 19_736
const broker = await startTestBroker(port)
after(() => broker.clean())
const registry = await startTestRegistry(19_740)
after(() => registry.clean())
const clickhouse = await startEmbeddedClickhouse(
  { directory: join(folder, 'clickhouse') },
  { logger: createLogger({ service: 'test', version: '0', level: 'silent' }) },
)
after(() => clickhouse.stop())

const env: Environment = {
  WATCHWORD_KAFKA_BROKERS: broker.brokers.join(','),
  WATCHWORD_SCHEMA_REGISTRY_URL: registry.url,
  WATCHWORD_DATA_DIRECTORY: join(folder, 'data'),
}

describe('watchword doctor on what nobody has prepared', () => {
  it('finds every topic missing, the schemas not registered and the tables not made', async () => {
    const missing = clusterTopics.map(({ name }) => `topic-missing ${name}`)
    assert.deepEqual(await codesOf(['auditor'], { ...env, WATCHWORD_CLICKHOUSE_URL: clickhouse.url }), [
      ...missing,
      'schema-missing schemaRegistry.url',
      'migrations-pending clickhouse.database',
    ])
  })

  it('finds topics that were made otherwise than declared', async () => {
    const [first, second, third, ...others] = clusterTopics
    assert.ok(first !== undefined && second !== undefined && third !== undefined)
    const cleanup = second.cleanup === 'compact' ? ('delete' as const) : ('compact' as const)
    const made = [
      { ...first, partitions: first.partitions + 1 },
      { ...second, cleanup },
      { ...third, retentionMs: 60_000, tombstoneRetentionMs: 60_000 },
      ...others,
    ]
    const admin = await openKafkaAdmin({ brokers: broker.brokers, clientId: 'doctor-test' })
    await admin.applyTopics(planTopics(made, [], { replicationFactor: 1, minInsyncReplicas: 1 }))
    await admin.close()
    assert.deepEqual(await codesOf(['scorer'], env), [
      `partitions-differ ${first.name}`,
      `cleanup-differs ${second.name}`,
      `topic-drift ${third.name}`,
      'schema-missing schemaRegistry.url',
    ])
  })

  it('finds topics with fewer replicas than the brokers that there are could hold', async (t) => {
    const other = await joinTestBroker(port, 19_744)
    t.after(() => other.clean())
    const [first, second, ...others] = clusterTopics
    let codes: readonly string[] = []
    // The first broker tells of the other a moment after that has started.
    while (!codes.some((code) => code.startsWith('replication-too-low'))) codes = await codesOf(['scorer'], env)
    assert.deepEqual(codes, [
      `partitions-differ ${first?.name}`,
      `cleanup-differs ${second?.name}`,
      ...others.map(({ name }) => `replication-too-low ${name}`),
      'schema-missing schemaRegistry.url',
    ])
  })
})
