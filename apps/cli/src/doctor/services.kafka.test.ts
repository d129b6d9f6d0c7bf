import assert from 'node:assert/strict'
import { once } from 'node:events'
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { auditMigrations } from '@watchword/auditor'
import { createClickhouse, migrate, startEmbeddedClickhouse } from '@watchword/clickhouse'
import { clusterTopics, createHttpRegistry, registerSchemas, schemaText, serviceNames } from '@watchword/contracts'
import { openKafkaAdmin, planTopics } from '@watchword/event-log/kafka'
import { startSecuredTestBroker } from '@watchword/event-log/kafka/testing'
import { startTestRegistry } from '@watchword/service-host/testing'
import { createLogger } from '@watchword/service-kit'
import {
  badOf,
  codesOf as codesOfServices,
  type Environment,
  examine as examineServices,
  findingsOf,
  watchword,
} from './testing/doctor.ts'

const cache = fileURLToPath(new URL('../../../../.cache/', import.meta.url))
mkdirSync(cache, { recursive: true })
const folder = mkdtempSync(join(cache, 'doctor-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const broker = await startSecuredTestBroker(19_728, ['watchword-scorer', 'stranger'])
after(() => broker.clean())
const registry = await startTestRegistry(19_732)
after(() => registry.clean())
const clickhouse = await startEmbeddedClickhouse(
  {
    directory: join(folder, 'clickhouse'),
    users: [
      { name: 'watchword', password: 'writer-secret' },
      { name: 'reports', password: 'reader-secret', readsOnly: 'watchword' },
    ],
  },
  { logger: createLogger({ service: 'test', version: '0', level: 'silent' }) },
)
after(() => clickhouse.stop())
const database = { url: clickhouse.url, username: 'watchword', password: 'writer-secret', database: 'watchword' }

assert.equal((await watchword(['secrets', '--directory', join(folder, 'secrets')])).code, 0)
const secret = (name: string): string => join(folder, 'secrets', name)

const cluster: Environment = {
  WATCHWORD_KAFKA_BROKERS: broker.brokers.join(','),
  WATCHWORD_KAFKA_TLS_ENABLED: 'true',
  WATCHWORD_KAFKA_TLS_CA: broker.ca,
  WATCHWORD_KAFKA_SASL_MECHANISM: 'scram-sha-512',
  WATCHWORD_KAFKA_SASL_USERNAME: 'admin',
  WATCHWORD_KAFKA_SASL_PASSWORD: 'admin-secret',
  WATCHWORD_SCHEMA_REGISTRY_URL: registry.url,
  WATCHWORD_DATA_DIRECTORY: join(folder, 'data'),
}
const own: Readonly<Record<string, Environment>> = {
  ingest: { WATCHWORD_BOOTSTRAP_KEY_FILE: secret('bootstrap-key') },
  scorer: {},
  'session-guard': {
    WATCHWORD_GUARD_SECRETS_FILE: secret('session-guard-secrets.json'),
    WATCHWORD_GUARD_REPORT_KEY_FILE: secret('report-key'),
  },
  notifier: { WATCHWORD_NOTIFIER_REPORT_KEY_FILE: secret('report-key') },
  auditor: {
    WATCHWORD_CLICKHOUSE_URL: clickhouse.url,
    WATCHWORD_CLICKHOUSE_USERNAME: 'watchword',
    WATCHWORD_CLICKHOUSE_PASSWORD: 'writer-secret',
    WATCHWORD_CLICKHOUSE_READER_USERNAME: 'reports',
    WATCHWORD_CLICKHOUSE_READER_PASSWORD: 'reader-secret',
    WATCHWORD_AUDIT_SIGNING_KEY_FILE: secret('audit-signing-key.json'),
  },
}

const envOf = (services: readonly string[], changed: Environment): Environment => ({
  ...cluster,
  ...Object.assign({}, ...services.map((service) => own[service])),
  ...changed,
})
/** With their variables, and others in the place of some of them. */
const examine = (services: readonly string[], changed: Environment = {}): ReturnType<typeof examineServices> =>
  examineServices(services, envOf(services, changed))
const codesOf = (services: readonly string[], changed: Environment = {}): Promise<readonly string[]> =>
  codesOfServices(services, envOf(services, changed))

describe('watchword doctor on a deployment', () => {
  it('has nothing to say where all is well, of all services together and of each alone', async () => {
    const admin = await openKafkaAdmin({
      brokers: broker.brokers,
      clientId: 'doctor-test',
      ssl: { ca: broker.ca },
      sasl: { mechanism: 'scram-sha-512', username: 'admin', password: 'admin-secret' },
    })
    await admin.applyTopics(planTopics(clusterTopics, [], { replicationFactor: 1, minInsyncReplicas: 1 }))
    await admin.close()
    await registerSchemas(createHttpRegistry({ url: registry.url }))
    const client = createClickhouse(database)
    await migrate(client, auditMigrations)
    await client.close()
    assert.deepEqual([...serviceNames], Object.keys(own).toSorted())
    for (const services of [Object.keys(own), ...Object.keys(own).map((service) => [service])]) {
      const ran = await examine(services)
      assert.deepEqual(badOf(ran), [], services.join(' '))
      assert.equal(ran.code, 0)
    }
    const checks = findingsOf(await examine(Object.keys(own))).map(({ check }) => check)
    assert.ok(checks.includes('kafka for ingest, scorer, session-guard, notifier, auditor'))
    assert.ok(checks.includes('clickhouse for auditor'))
    assert.ok(checks.includes('clock of clickhouse'))
  })

  it('finds settings that a service does not know, lacks, or cannot use, as the service would', async () => {
    assert.deepEqual(await codesOf(['scorer'], { WATCHWORD_KAFKA_BROKRES: 'x' }), [
      'config-invalid WATCHWORD_KAFKA_BROKRES',
    ])
    // Of one service, not of another.
    assert.deepEqual(await codesOf(['scorer'], { WATCHWORD_GUARD_ISSUER: 'x' }), [
      'config-invalid WATCHWORD_GUARD_ISSUER',
    ])
    assert.deepEqual(await codesOf(['scorer', 'session-guard'], { WATCHWORD_GUARD_ISSUER: 'x' }), [])
    assert.deepEqual(await codesOf(['scorer'], { WATCHWORD_KAFKA_BROKERS: '' }), ['config-invalid kafka.brokers'])
    assert.deepEqual(
      await codesOf(['session-guard'], { WATCHWORD_GUARD_SECRETS_FILE: secret('audit-signing-key.json') }),
      [
        ...['kty', 'crv', 'x', 'd'].map((name) => `config-invalid guard.secrets.${name}`),
        ...['command', 'token', 'factors.current', 'factors.keys'].map(
          (name) => `config-invalid guard.secrets.${name}`,
        ),
        ...['kty', 'crv', 'x', 'd'].map((name) => `config-invalid guard.secrets.signing.${name}`),
      ],
    )
    assert.deepEqual(await codesOf(['ingest'], { WATCHWORD_BOOTSTRAP_KEY_FILE: '/nowhere' }), [
      'config-invalid WATCHWORD_BOOTSTRAP_KEY_FILE',
    ])
    assert.equal((await watchword(['doctor', '--services', 'stranger'], cluster)).code, 2)
    assert.equal((await watchword(['doctor', '--services', 'scorer=/nowhere'], cluster)).code, 2)
  })

  it('reads the file of a service, under the variables', async () => {
    const file = join(folder, 'scorer.yaml')
    writeFileSync(file, 'state: { standby: false }\nkafka: { surprise: 1 }\n')
    const ran = await watchword(['doctor', '--json', '--services', `scorer=${file}`], cluster)
    assert.deepEqual(
      badOf(ran).map(({ code, setting }) => [code, setting]),
      [['config-invalid', 'kafka.surprise']],
    )
  })

  it('finds a cluster that is away, a wrong password, and a client without rights', async () => {
    assert.deepEqual(await codesOf(['scorer'], { WATCHWORD_KAFKA_BROKERS: '127.0.0.1:1' }), [
      'log-unavailable kafka.brokers',
    ])
    assert.deepEqual(await codesOf(['scorer'], { WATCHWORD_KAFKA_TLS_ENABLED: 'false' }), [
      'log-unavailable kafka.brokers',
    ])
    assert.deepEqual(await codesOf(['scorer'], { WATCHWORD_KAFKA_SASL_PASSWORD: 'guess' }), [
      'log-access-refused kafka.brokers',
    ])
    const stranger = { WATCHWORD_KAFKA_SASL_USERNAME: 'stranger', WATCHWORD_KAFKA_SASL_PASSWORD: 'stranger-secret' }
    assert.deepEqual(
      await codesOf(['scorer'], stranger),
      clusterTopics.map(({ name }) => `topic-missing ${name}`),
    )
  })

  it('has nothing to say of a service that has its own rights and no others', async () => {
    assert.equal((await watchword(['topics', 'acls', '--apply'], cluster)).code, 0)
    const scorer = {
      WATCHWORD_KAFKA_SASL_USERNAME: 'watchword-scorer',
      WATCHWORD_KAFKA_SASL_PASSWORD: 'watchword-scorer-secret',
    }
    const ran = await examine(['scorer'], scorer)
    assert.deepEqual(badOf(ran), [])
    assert.ok(
      findingsOf(ran).some(({ check, detail }) => check === 'kafka for scorer' && detail.includes('administrator')),
    )
  })

  it('finds a registry that is away, and a schema there that this build cannot read', async () => {
    assert.deepEqual(await codesOf(['scorer'], { WATCHWORD_SCHEMA_REGISTRY_URL: 'http://127.0.0.1:1' }), [
      'schema-registry-unavailable schemaRegistry.url',
    ])
    // A path at which there is a registry, but not this API of it.
    assert.deepEqual(
      await codesOf(['scorer'], { WATCHWORD_SCHEMA_REGISTRY_URL: new URL('/apis', registry.url).href }),
      ['schema-registry-refused schemaRegistry.url'],
    )
    const subject = 'watchword.sighting.v1-value'
    await replaceSchema(subject)
    assert.deepEqual(await codesOf(['scorer']), [`schema-incompatible ${subject}`])
  })

  it('finds a ClickHouse that is away, does not know a user, or has tables of a newer build', async () => {
    const clickhouseOnly = async (changed: Environment): Promise<readonly string[]> =>
      (await codesOf(['auditor'], changed)).filter((text) => !text.startsWith('schema-'))
    assert.deepEqual(await clickhouseOnly({ WATCHWORD_CLICKHOUSE_URL: 'http://127.0.0.1:1' }), [
      'clickhouse-unreachable clickhouse.url',
    ])
    assert.deepEqual(await clickhouseOnly({ WATCHWORD_CLICKHOUSE_PASSWORD: 'guess' }), [
      'clickhouse-access-refused clickhouse.username',
    ])
    assert.deepEqual(await clickhouseOnly({ WATCHWORD_CLICKHOUSE_READER_PASSWORD: 'guess' }), [
      'clickhouse-access-refused clickhouse.readerUsername',
    ])
    const client = createClickhouse(database)
    await client.insert('watchword_migrations', [{ id: '9999', name: 'of a newer build', checksum: 'x' }])
    assert.deepEqual(await clickhouseOnly({}), ['migrations-newer clickhouse.database'])
    const [oldest] = auditMigrations
    await client.insert('watchword_migrations', [{ id: oldest?.id, name: 'changed', checksum: 'x' }])
    await client.close()
    assert.deepEqual(await clickhouseOnly({}), ['migration-changed clickhouse.url'])
  })

  it('finds secrets that everybody may read, that differ between services, and that serve two purposes', async () => {
    const loose = join(folder, 'loose-key')
    copyFileSync(secret('report-key'), loose)
    chmodSync(loose, 0o644)
    const ofSecrets = async (services: readonly string[], changed: Environment): Promise<readonly string[]> =>
      (await codesOf(services, changed)).filter((text) => text.startsWith('secret'))
    assert.deepEqual(await ofSecrets(['notifier'], { WATCHWORD_NOTIFIER_REPORT_KEY_FILE: loose }), [
      'secret-exposed WATCHWORD_NOTIFIER_REPORT_KEY_FILE',
    ])
    writeFileSync(loose, 'k'.repeat(43))
    chmodSync(loose, 0o600)
    assert.deepEqual(await ofSecrets(['notifier', 'session-guard'], { WATCHWORD_NOTIFIER_REPORT_KEY_FILE: loose }), [
      'secrets-differ guard.reportKey',
    ])
    const { token } = JSON.parse(readFileSync(secret('session-guard-secrets.json'), 'utf8')) as { token: string }
    writeFileSync(loose, token)
    assert.deepEqual(await ofSecrets(['session-guard'], { WATCHWORD_GUARD_REPORT_KEY_FILE: loose }), [
      'secret-reused guard.secrets.token',
    ])
    // The key of mfaTokens taken for the checkpoints of the audit, too.
    const { signing } = JSON.parse(readFileSync(secret('session-guard-secrets.json'), 'utf8')) as { signing: object }
    writeFileSync(loose, JSON.stringify(signing))
    assert.deepEqual(await ofSecrets(['session-guard', 'auditor'], { WATCHWORD_AUDIT_SIGNING_KEY_FILE: loose }), [
      'secret-reused audit.signingKey',
    ])
  })

  it('finds a server whose clock is ahead or behind, and not one whose clock is right', async (t) => {
    let aheadMs = 0
    // A way to the real server on which the time is another.
    const forward = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      const body = Buffer.concat(await request.toArray())
      const answer = await fetch(`${clickhouse.url}${request.url}`, {
        method: request.method ?? 'GET',
        headers: { authorization: request.headers.authorization ?? '' },
        ...(body.length === 0 ? {} : { body }),
      })
      response.writeHead(answer.status, { date: new Date(Date.now() + aheadMs).toUTCString() })
      response.end(Buffer.from(await answer.arrayBuffer()))
    }
    const front = createServer((request, response) => void forward(request, response))
    await once(front.listen(0, '127.0.0.1'), 'listening')
    t.after(() => front.close())
    const url = `http://127.0.0.1:${(front.address() as AddressInfo).port}`
    for (const [skew, found] of [
      [0, []],
      [2_000, []],
      [60_000, ['ahead of']],
      [-60_000, ['behind']],
    ] as const) {
      aheadMs = skew
      const clocks = badOf(await examine(['auditor'], { WATCHWORD_CLICKHOUSE_URL: url })).filter(
        ({ check }) => check === 'clock of clickhouse',
      )
      assert.deepEqual(
        clocks.map(({ code, detail }) => [code, /ahead of|behind/.exec(detail)?.[0]]),
        found.map((way) => ['clock-skewed', way]),
        String(skew),
      )
    }
  })

  it('finds origins that no browser sends', async () => {
    const origins = JSON.stringify(['https://app.example.com/', 'http://app.example.com', 'https://app.example.com'])
    assert.deepEqual(
      (await codesOf(['ingest'], { WATCHWORD_BOOTSTRAP_ORIGINS: origins })).filter((text) => text.startsWith('origin')),
      ['origin-invalid bootstrap.origins', 'origin-insecure bootstrap.origins'],
    )
  })
})

/** Leaves in the subject only what this build cannot read, as somebody without our rule could. */
async function replaceSchema(subject: string): Promise<void> {
  const send = (method: string, path: string, body?: object): Promise<Response> =>
    fetch(`${registry.url}${path}`, {
      method,
      headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  await send('DELETE', `/subjects/${subject}`)
  await send('DELETE', `/subjects/${subject}?permanent=true`)
  await send('PUT', `/config/${subject}`, { compatibility: 'NONE' })
  const { name, namespace } = JSON.parse(schemaText('sighting')) as { name: string; namespace: string }
  const schema = JSON.stringify({ type: 'record', name, namespace, fields: [] })
  assert.equal((await send('POST', `/subjects/${subject}/versions`, { schema })).status, 200)
}
