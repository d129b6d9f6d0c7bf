import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { stopDeadlineMsDefault } from '@watchword/service-kit'
import { chartFolder, requiredValues } from './chart.ts'
import { helms, kubeVersion, run, valueArguments } from './helm.ts'

/** Values that cannot be used, what the message has to name, and what it says of it. */
const refused: readonly (readonly [set: Readonly<Record<string, unknown>>, message: RegExp])[] = [
  [{ 'scorer.replicas': 25 }, /scorer.replicas.*maximum: got 25, want 24/],
  [{ 'scorer.replicas': '2' }, /scorer.replicas.*got string, want integer/],
  [{ 'sessionGuard.autoscaling.maxReplicas': 30 }, /sessionGuard.autoscaling.maxReplicas.*maximum/],
  [{ 'notifier.replicas': 0 }, /notifier.replicas.*minimum/],
  [{ 'ingest.autoscaling.kind': 'keda' }, /ingest.autoscaling.kind.*must be one of 'none', 'hpa'/],
  [{ 'scorer.autoscaling.kind': 'both' }, /scorer.autoscaling.kind.*must be one of/],
  [{ 'auditor.autoscaling': { kind: 'hpa' } }, /auditor.*additional properties 'autoscaling' not allowed/],
  [{ 'scorer.replica': 2 }, /scorer.*additional properties 'replica' not allowed/],
  [{ scorrer: {} }, /additional properties 'scorrer' not allowed/],
  [{ 'kafka.brokers': ['kafka'] }, /kafka.brokers.0.*does not match pattern/],
  [{ 'kafka.sasl.mechanism': 'SCRAM' }, /kafka.sasl.mechanism.*must be one of/],
  [{ 'schemaRegistry.url': 'registry:8081' }, /schemaRegistry.url.*does not match pattern/],
  [{ 'schemaRegistry.url': 'http://user:password@registry' }, /schemaRegistry.url.*does not match pattern/],
  [{ 'tracing.otlpUrl': 'collector:4318' }, /tracing.otlpUrl.*does not match pattern/],
  [{ 'tracing.otlpUrl': 'http://user:password@collector' }, /tracing.otlpUrl.*does not match pattern/],
  [{ 'tracing.sampleRatio': 10 }, /tracing.sampleRatio.*maximum: got 10, want 1/],
  [{ 'tracing.sampleRatio': '10%' }, /tracing.sampleRatio.*got string, want number/],
  [{ 'tracing.url': 'http://collector' }, /tracing.*additional properties 'url' not allowed/],
  [{ 'networkPolicy.tracing.ports': [0] }, /networkPolicy.tracing.ports.0.*minimum/],
  [{ 'sessionGuard.secrets': { value: 'x' } }, /sessionGuard.secrets.*additional properties 'value' not allowed/],
  [{ 'ingest.config.geo': { database: [] } }, /ingest.config.geo.*additional properties 'database' not allowed/],
  [{ 'ingest.config.activitiesInFlightMax': 1 }, /ingest.config.activitiesInFlightMax.*minimum/],
  [{ 'auditor.config.recordsRetentionDays': -1 }, /auditor.config.recordsRetentionDays.*minimum/],
  [{ 'notifier.config.webhooks': [] }, /notifier.config.*additional properties 'webhooks' not allowed/],
  [{ 'global.image.digest': 'latest' }, /global.image.digest.*does not match pattern/],
  [{ 'scorer.persistence.size': '10 GB' }, /scorer.persistence.size.*does not match pattern/],
  [{ 'scorer.pdb.maxUnavailable': '110%' }, /scorer.pdb.maxUnavailable/],
  [{ 'kafka.brokers': [] }, /kafka.brokers: names no broker/],
  [{ 'schemaRegistry.url': '' }, /schemaRegistry.url: is missing/],
  [{ 'clickhouse.url': '' }, /clickhouse.url: is missing/],
  [{ 'clickhouse.reader.existingSecret': 'x' }, /clickhouse.reader.username: is missing/],
  [{ 'sessionGuard.secrets.existingSecret': '' }, /sessionGuard.secrets.existingSecret: is missing/],
  [{ 'auditor.signingKey.existingSecret': '' }, /auditor.signingKey.existingSecret: is missing/],
  [{ 'auditor.persistence.enabled': false }, /auditor.persistence.enabled: is false/],
  [{ 'kafka.tls.ca.existingSecret': 'ca' }, /kafka.tls.enabled: is false/],
  [{ 'kafka.sasl.mechanism': 'plain' }, /ingest.kafka.saslSecret: is missing.*scorer.kafka.saslSecret: is missing/s],
  [{ 'kafka.sasl': { mechanism: 'plain', existingSecret: '' } }, /jobs.topics.kafka.saslSecret: is missing/],
  [{ 'scorer.terminationGracePeriodSeconds': 30 }, /scorer.terminationGracePeriodSeconds: is 30/],
  [{ 'ingest.pdb.maxUnavailable': 0 }, /ingest.pdb.maxUnavailable/],
  [{ 'ingest.pdb.minAvailable': '100%' }, /ingest.pdb.minAvailable/],
  [
    {
      'scorer.autoscaling.kind': 'keda',
      'kafka.sasl': { mechanism: 'plain', existingSecret: 'sasl', username: 'watchword' },
    },
    /scorer.autoscaling.kind: is keda/,
  ],
  [{ 'ingest.pdb.minAvailable': 2 }, /ingest.pdb.minAvailable: is 2 of 2 replicas/],
  [{ 'ingest.autoscaling': { kind: 'hpa', minReplicas: 20 } }, /ingest.autoscaling.minReplicas: is greater/],
  [
    { 'ingest.autoscaling.kind': 'hpa', 'ingest.autoscaling.hpa': { cpu: null, memory: null } },
    /ingest.autoscaling.hpa: aims at neither/,
  ],
  [
    { 'ingest.autoscaling.kind': 'hpa', 'ingest.resources.requests.cpu': null },
    /ingest.resources.requests.cpu: is missing/,
  ],
  [{ 'ingress.enabled': true, 'networkPolicy.enabled': false }, /ingress.hosts: names no host/],
  [{ 'ingress.enabled': true, 'ingress.hosts': ['auth.example'] }, /networkPolicy.clients: is empty/],
  [{ 'gateway.enabled': true }, /gateway.parentRefs: names no gateway/],
  [{ 'monitoring.serviceMonitor.enabled': true }, /networkPolicy.monitoring: is empty/],
  [{ 'notifier.endpoints.webhooksKey': 'webhooks.json' }, /notifier.endpoints.existingSecret: is missing/],
  [{ 'notifier.endpoints.existingSecret': 'endpoints' }, /notifier.endpoints: names no key/],
  [{ 'notifier.endpoints': { existingSecret: 'x', mailKey: 'y' } }, /notifier.networkPolicy.extraEgress: is empty/],
  [{ 'jobs.topics.minInsyncReplicas': 4 }, /jobs.topics.minInsyncReplicas: is greater/],
  [{ 'strimzi.topics.enabled': true }, /strimzi.cluster: is missing.*jobs.topics.enabled: is true/s],
  [
    { 'altinity.enabled': true, 'altinity.replicas': 2 },
    /altinity.keeper: names no host.*clickhouse.existingSecret: is missing.*altinity.networkPolicy.operator: is empty/s,
  ],
]

describe('values that cannot be used are refused with a message that names them', { concurrency: 3 }, () => {
  for (const [name, helm] of Object.entries(helms))
    for (const [set, message] of refused)
      test(`by ${name}: ${JSON.stringify(set)}`, async () => {
        const args = ['template', 'ww', chartFolder, ...kubeVersion, ...valueArguments([requiredValues], set)]
        const { code, stderr } = await run(helm, args)
        assert.notEqual(code, 0)
        // A pointer of JSON, or a path as the values are written.
        assert.match(stderr.replaceAll(/\/(?=\w)/g, '.'), message)
      })
})

test('a pod has to be given more than its sleep and all the time that a service takes to stop', async () => {
  const stopSeconds = stopDeadlineMsDefault / 1000
  const template = (terminationGracePeriodSeconds: number) => {
    const set = { scorer: { preStopSleepSeconds: 7, terminationGracePeriodSeconds } }
    const args = ['template', 'ww', chartFolder, ...kubeVersion, ...valueArguments([requiredValues], set)]
    return run(helms['helm 4'], args)
  }
  const { code, stderr } = await template(7 + stopSeconds)
  assert.notEqual(code, 0)
  assert.ok(stderr.includes(`scorer.preStopSleepSeconds and the ${stopSeconds} s that a stop may take`), stderr)
  assert.equal((await template(8 + stopSeconds)).code, 0)
})

test('everything that is missing is told at once', async () => {
  const { code, stderr } = await run(helms['helm 4'], ['template', 'ww', chartFolder])
  assert.notEqual(code, 0)
  for (const value of [
    'kafka.brokers',
    'schemaRegistry.url',
    'clickhouse.url',
    'sessionGuard.secrets.existingSecret',
    'auditor.signingKey.existingSecret',
  ])
    assert.ok(stderr.includes(`- ${value}: `), value)
})
