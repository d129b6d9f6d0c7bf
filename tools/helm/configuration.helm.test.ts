import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadConfig } from '@watchword/service-kit'
import type { Static, TObject } from 'typebox'
import { Value } from 'typebox/value'
import { processSchemas } from '@watchword/cli'
import { repositoryText } from '../src/repository.ts'
import { componentOf, containerOf, type Manifest, valueSets, workloadsOf } from './chart.ts'
import { helms, render } from './helm.ts'
import { environmentOf } from './service-environment.ts'

type Service = keyof typeof processSchemas

/** What the process of a service reads when it starts, by its own reader. */
function loadedBy<Schema extends TObject>(
  schema: Schema,
  [workload, manifests]: readonly [Manifest, readonly Manifest[]],
  more: Readonly<Record<string, string>> = {},
): Static<Schema> {
  const container = containerOf(workload)
  const { env, files } = environmentOf(workload, container, manifests)
  const [node, main = '', option, file = '', ...rest] = container.command ?? []
  assert.deepEqual(
    [node, main, option, rest],
    ['node', `services/${componentOf(workload)}/src/main.ts`, '--config', []],
  )
  assert.ok(repositoryText(main).includes('runService'))
  return loadConfig(schema, {
    file: files.get(file) ?? assert.fail(`no file ${file}`),
    env: { ...env, ...more },
    readFile: (path) => files.get(path) ?? assert.fail(`no file ${path}`),
  })
}

async function workloadOf(set: string, service: Service): Promise<readonly [Manifest, readonly Manifest[]]> {
  const manifests = await render(helms['helm 4'], valueSets.get(set) ?? [])
  const workload = workloadsOf(manifests).find((each) => componentOf(each) === service)
  return [workload ?? assert.fail(`${set} has no ${service}`), manifests]
}

for (const [name, files] of valueSets)
  test(`every service starts with a configuration that it takes whole: ${name}`, async () => {
    const manifests = await render(helms['helm 4'], files)
    const workloads = workloadsOf(manifests)
    assert.ok(workloads.length >= 3)
    for (const workload of workloads) {
      const schema = processSchemas[componentOf(workload) as Service]
      const config = loadedBy(schema, [workload, manifests])
      assert.ok(config.kafka.brokers.length > 0)
      assert.match(config.schemaRegistry.url ?? '', /^https?:/)
      assert.equal(config.server.port, containerOf(workload).ports?.[0]?.containerPort)
      // As the documents say, and all that is written for it takes for granted.
      const { port } = Value.Default(schema.properties.server, {}) as { port: number }
      assert.equal(config.server.port, port)
      assert.equal(config.server.host, '0.0.0.0')
      const mounts = containerOf(workload).volumeMounts ?? []
      assert.ok(mounts.some(({ mountPath }) => mountPath === config.data.directory))
      // Who has a volume of its own comes back under its name, to the partitions whose states are there.
      assert.equal(config.kafka.memberName, workload.kind === 'StatefulSet' ? `${workload.metadata.name}-0` : undefined)
      assert.throws(() => loadedBy(schema, [workload, manifests], { WATCHWORD_SURPRISE: 'x' }), /WATCHWORD_SURPRISE/)
    }
  })

test('what the values say reaches each service: who it is to the cluster, its own section, its secrets', async () => {
  const ofIngest = loadedBy(processSchemas.ingest, await workloadOf('production', 'ingest'))
  assert.deepEqual(ofIngest.kafka.sasl, {
    mechanism: 'scram-sha-512',
    username: 'watchword-ingest',
    password: 'content of kafka-password',
  })
  assert.deepEqual(ofIngest.kafka.tls, { enabled: true, ca: 'content of kafka-ca.crt' })
  assert.deepEqual(ofIngest.ingest.geo.databases, ['bundled', '/geo/asn.mmdb'])
  assert.equal(ofIngest.ingest.lists.refreshEveryMs, 7_200_000)
  assert.deepEqual(ofIngest.bootstrap, {
    tenant: 'shop',
    app: 'web',
    userNames: 'case-mapped',
    origins: ['https://shop.example'],
    key: 'content of bootstrap-key',
  })
  assert.equal(ofIngest.schemaRegistry.password, 'content of registry-password')
  assert.equal(ofIngest.log.level, 'warn')

  const guard = loadedBy(processSchemas['session-guard'], await workloadOf('production', 'session-guard')).guard
  assert.equal(guard.secrets, 'content of session-guard-secrets.json')
  assert.equal(guard.issuer, 'https://shop.example')
  assert.equal(guard.appTokens.length, 1)

  const notifier = loadedBy(processSchemas.notifier, await workloadOf('production', 'notifier')).notifier
  assert.equal(notifier.reportKey, guard.reportKey)
  assert.equal(notifier.webhooks[0]?.id, 'desk')
  assert.deepEqual(notifier.allowedNetworks, ['10.1.0.0/16'])

  const auditor = loadedBy(processSchemas.auditor, await workloadOf('production', 'auditor'))
  assert.deepEqual(auditor.clickhouse, {
    url: 'https://clickhouse.clickhouse:8443',
    username: 'watchword',
    password: 'content of clickhouse-password',
    database: 'watchword',
    readerUsername: 'watchword-reader',
    readerPassword: 'content of clickhouse-reader-password',
    cluster: 'main',
  })
  assert.deepEqual(auditor.audit, {
    signingKey: 'content of audit-signing-key.json',
    checkpointsPath: '/checkpoints/audit-checkpoints',
    checkpointUrl: 'https://vault.example/checkpoints',
    recordsRetentionDays: 730,
    derivedRetentionDays: 400,
  })
})

test('spans go to the collector of the values from every service, and nowhere without one', async () => {
  for (const service of Object.keys(processSchemas) as Service[]) {
    const schema = processSchemas[service]
    const traced = loadedBy(schema, await workloadOf('tracing', service))
    assert.deepEqual(traced.tracing, { otlpUrl: 'http://collector.telemetry:4318', sampleRatio: 0.1 }, service)
    assert.equal(loadedBy(schema, await workloadOf('required', service)).tracing.otlpUrl, undefined, service)
  }
})

test('a client certificate reaches the services, one of its own the service that has it', async () => {
  for (const [service, schema, secret] of [
    ['ingest', processSchemas.ingest, 'kafka-client'],
    ['scorer', processSchemas.scorer, 'kafka-scorer'],
  ] as const) {
    const [workload, manifests] = await workloadOf('mutual-tls', service)
    const { tls } = loadedBy(schema, [workload, manifests]).kafka
    assert.deepEqual([tls.cert, tls.key], ['content of kafka-client.crt', 'content of kafka-client.key'])
    const { secrets } = environmentOf(workload, containerOf(workload), manifests)
    assert.equal(secrets.get('/etc/watchword/secrets/kafka-client.key'), `${secret}/tls.key`)
    assert.equal(secrets.get('/etc/watchword/secrets/kafka-ca.crt'), 'kafka-ca/ca.pem')
  }
})

test('no service sees the secrets of another: ingest reads what strangers send', async () => {
  const manifests = await render(helms['helm 4'], valueSets.get('production') ?? [])
  const seen = Object.fromEntries(
    workloadsOf(manifests).map((workload) => {
      const { secrets } = environmentOf(workload, containerOf(workload), manifests)
      const own = [...secrets.values()].filter((name) => name.startsWith('watchword-'))
      return [componentOf(workload), own]
    }),
  )
  assert.deepEqual(seen, {
    ingest: ['watchword-ingest/bootstrap-key'],
    scorer: [],
    // The key of report tickets is needed where they are answered.
    'session-guard': ['watchword-session-guard/session-guard-secrets.json', 'watchword-notifier/report-key'],
    notifier: [
      'watchword-notifier/report-key',
      'watchword-endpoints/webhooks.json',
      'watchword-endpoints/mail.json',
      'watchword-endpoints/siem.json',
    ],
    auditor: ['watchword-auditor/audit-signing-key.json'],
  })
})
