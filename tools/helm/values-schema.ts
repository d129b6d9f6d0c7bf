import { auditSettings } from '@watchword/auditor'
import { ingestConfigSchema } from '@watchword/ingest'
import { notifierSettings } from '@watchword/notifier'
import { tracingSchema } from '@watchword/service-host'
import { guardSettings } from '@watchword/session-guard'
import { Type } from 'typebox'
import { componentSchema, kafkaIdentity, partitions } from './component-schemas.ts'
import { type JsonSchema, listOf, oneOf, orNull, required, section, text, whole, yesOrNo } from './json-schema.ts'
import {
  byteQuantity,
  containerResources,
  dataKey,
  dataKeyOrNone,
  objectName,
  openList,
  textMap,
} from './kubernetes-schemas.ts'
import { settingsSchema } from './settings-schema.ts'

const httpUrl: JsonSchema = { type: 'string', pattern: '^(https?://[^\\s/@]+(/\\S*)?)?$' }
const tenantOrApp: JsonSchema = { type: 'string', pattern: '^[a-z0-9][a-z0-9-]{0,62}$' }
const hostName: JsonSchema = { type: 'string', pattern: '^(\\*\\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?$' }
const duration: JsonSchema = { type: 'string', pattern: '^([0-9]+(ms|s|m|h))+$' }
const inSecret = { existingSecret: objectName, key: dataKey }
const numericId = orNull(whole(1))
const peers = { to: openList, ports: listOf(whole(1, 65_535)) }

const global = section({
  image: section({
    repository: required,
    tag: { type: 'string', pattern: '^[A-Za-z0-9_.-]{0,128}$' },
    digest: { type: 'string', pattern: '^(sha256:[a-f0-9]{64})?$' },
    pullPolicy: oneOf('Always', 'IfNotPresent', 'Never'),
  }),
  imagePullSecrets: listOf(section({ name: objectName })),
  labels: textMap,
  podAnnotations: textMap,
  logLevel: oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'),
  listenHost: required,
  standby: yesOrNo,
  topologySpread: yesOrNo,
  revisionHistoryLimit: whole(0),
})

const kafka = section({
  brokers: listOf({ type: 'string', pattern: '^([^\\s:/,]+|\\[[0-9a-fA-F:]+\\]):[0-9]{1,5}$' }),
  tls: section({
    enabled: yesOrNo,
    ca: section(inSecret),
    client: section({ existingSecret: objectName, certKey: dataKey, keyKey: dataKey }),
  }),
  sasl: section({
    mechanism: oneOf('none', 'plain', 'scram-sha-256', 'scram-sha-512'),
    existingSecret: objectName,
    username: text,
    usernameKey: dataKey,
    passwordKey: dataKey,
  }),
})

const clickhouse = section({
  url: httpUrl,
  database: required,
  cluster: text,
  username: required,
  existingSecret: objectName,
  passwordKey: dataKey,
  reader: section({ username: text, existingSecret: objectName, passwordKey: dataKey }),
})

const ingest = componentSchema({
  replicasMax: 100,
  scaling: 'load',
  persistent: false,
  own: {
    config: settingsSchema(ingestConfigSchema),
    bootstrap: section({
      tenant: tenantOrApp,
      app: tenantOrApp,
      userNames: oneOf('', 'exact', 'case-preserved', 'case-mapped'),
      origins: listOf(required),
      ...inSecret,
    }),
  },
})

const sessionGuard = componentSchema({
  replicasMax: partitions,
  scaling: 'lag',
  persistent: true,
  own: { config: settingsSchema(Type.Object(guardSettings), ['reportKey']), secrets: section(inSecret) },
})

// Webhooks and mail servers have secrets in them, so all endpoints come from a Secret.
const notifier = componentSchema({
  replicasMax: partitions,
  scaling: 'lag',
  persistent: false,
  own: {
    config: settingsSchema(Type.Object(notifierSettings), ['webhooks', 'mail', 'siem', 'reportKey']),
    reportKey: section(inSecret),
    endpoints: section({
      existingSecret: objectName,
      webhooksKey: dataKeyOrNone,
      mailKey: dataKeyOrNone,
      siemKey: dataKeyOrNone,
    }),
  },
})

// One stores, so neither load nor lag would be less with more of them.
const auditor = componentSchema({
  replicasMax: partitions,
  scaling: 'none',
  persistent: true,
  own: {
    config: settingsSchema(Type.Object(auditSettings), ['signingKey', 'checkpointsPath']),
    signingKey: section(inSecret),
    checkpoints: section({ existingClaim: objectName }),
  },
})

const jobs = section({
  activeDeadlineSeconds: whole(1),
  backoffLimit: whole(0),
  ttlSecondsAfterFinished: whole(0),
  resources: containerResources,
  podAnnotations: textMap,
  nodeSelector: textMap,
  tolerations: openList,
  topics: section({
    enabled: yesOrNo,
    replicationFactor: whole(1, 32_767),
    minInsyncReplicas: whole(1, 32_767),
    kafka: kafkaIdentity,
  }),
  schemas: section({ enabled: yesOrNo }),
  clickhouse: section({ enabled: yesOrNo }),
})

const networkPolicy = section({
  enabled: yesOrNo,
  clients: openList,
  monitoring: openList,
  dns: section(peers),
  kafka: section(peers),
  schemaRegistry: section(peers),
  clickhouse: section(peers),
  tracing: section(peers),
})

const monitoring = section({
  serviceMonitor: section({ enabled: yesOrNo, labels: textMap, interval: duration, scrapeTimeout: duration }),
  prometheusRule: section({ enabled: yesOrNo, labels: textMap, runbooksUrl: httpUrl }),
  dashboards: section({
    enabled: yesOrNo,
    namespace: objectName,
    label: required,
    labelValue: text,
    annotations: textMap,
  }),
})

const altinity = section({
  enabled: yesOrNo,
  name: objectName,
  replicas: whole(1),
  keeper: listOf(section({ host: required, port: whole(1, 65_535) })),
  image: required,
  size: byteQuantity,
  storageClassName: objectName,
  resources: containerResources,
  networkPolicy: section({ operator: openList, extraIngress: openList, extraEgress: openList }),
})

/** What the values of the chart may be. */
export const valuesSchema: JsonSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Values of the chart watchword',
  ...section({
    nameOverride: objectName,
    fullnameOverride: objectName,
    suspended: yesOrNo,
    upgrade: section({ allowRunning: yesOrNo }),
    global,
    serviceAccount: section({ create: yesOrNo, name: objectName, annotations: textMap }),
    podSecurityContext: section({ runAsUser: numericId, runAsGroup: numericId, fsGroup: numericId }),
    trust: section({ configMap: objectName, key: dataKey }),
    kafka,
    schemaRegistry: section({ url: httpUrl, existingSecret: objectName, usernameKey: dataKey, passwordKey: dataKey }),
    clickhouse,
    tracing: section({ otlpUrl: httpUrl, sampleRatio: settingsSchema(tracingSchema.properties.sampleRatio) }),
    ingest,
    scorer: componentSchema({ replicasMax: partitions, scaling: 'lag', persistent: true }),
    sessionGuard,
    notifier,
    auditor,
    jobs,
    networkPolicy,
    ingress: section({
      enabled: yesOrNo,
      className: objectName,
      annotations: textMap,
      hosts: listOf(hostName),
      tls: openList,
      regexAnnotations: textMap,
    }),
    gateway: section({ enabled: yesOrNo, parentRefs: openList, hostnames: listOf(hostName), annotations: textMap }),
    monitoring,
    strimzi: section({
      cluster: objectName,
      namespace: objectName,
      topics: section({ enabled: yesOrNo }),
      users: section({ enabled: yesOrNo, authentication: oneOf('scram-sha-512', 'tls') }),
    }),
    altinity,
    extraObjects: openList,
  }),
}
