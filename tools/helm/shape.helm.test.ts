import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rightsOf, serviceNames } from '@watchword/contracts'
import { stopDeadlineMsDefault } from '@watchword/service-kit'
import {
  chartRoutes,
  componentOf,
  containerOf,
  interfacePaths,
  type Manifest,
  podOf,
  serviceByRoutes,
  valueSets,
  workloadsOf,
} from './chart.ts'
import { helms, render } from './helm.ts'

type Labels = Readonly<Record<string, string>>

function matches(selector: Labels | undefined, labels: Labels | undefined): boolean {
  return selector !== undefined && Object.entries(selector).every(([name, value]) => labels?.[name] === value)
}

function podLabels({ spec }: Manifest): Labels | undefined {
  return spec?.template?.metadata.labels
}

/** Fewest replicas of a workload: its own number, or that of what scales it. */
function replicasMin(workload: Manifest, manifests: readonly Manifest[]): number {
  const scaler = manifests.find(
    ({ kind, metadata }) =>
      (kind === 'HorizontalPodAutoscaler' || kind === 'ScaledObject') && metadata.name === workload.metadata.name,
  )
  return workload.spec?.replicas ?? scaler?.spec?.minReplicas ?? scaler?.spec?.minReplicaCount ?? assert.fail()
}

for (const [name, files] of valueSets)
  test(`both versions of helm make the same of values: ${name}`, async () => {
    assert.deepEqual(await render(helms['helm 3'], files), await render(helms['helm 4'], files))
  })

for (const [name, files] of valueSets)
  test(`what belongs together fits together: ${name}`, async () => {
    const manifests = await render(helms['helm 4'], files)
    const workloads = workloadsOf(manifests)
    for (const workload of workloads) {
      assert.ok(matches(workload.spec?.selector?.matchLabels, podLabels(workload)), workload.metadata.name)
      const container = containerOf(workload)
      const [port] = container.ports ?? []
      assert.equal(port?.name, 'http')
      assert.deepEqual(container.startupProbe?.httpGet, { path: '/livez', port: 'http' })
      assert.deepEqual(container.livenessProbe?.httpGet, { path: '/livez', port: 'http' })
      assert.deepEqual(container.readinessProbe?.httpGet, { path: '/readyz', port: 'http' })
      const service = manifests.find((each) => each.kind === 'Service' && each.metadata.name === workload.metadata.name)
      assert.equal(service?.spec?.ports?.[0]?.port, port?.containerPort)
      const { terminationGracePeriodSeconds = 0 } = podOf(workload)
      const sleepMs = (container.lifecycle?.preStop.sleep.seconds ?? 0) * 1000
      assert.ok(terminationGracePeriodSeconds * 1000 > sleepMs + stopDeadlineMsDefault)
      assert.ok((workload.spec?.replicas ?? 0) <= 24)
      if (workload.kind !== 'StatefulSet') continue
      const pods = manifests.find(
        ({ kind, metadata }) => kind === 'Service' && metadata.name === workload.spec?.serviceName,
      )
      assert.equal(pods?.spec?.['clusterIP'], 'None')
    }
    for (const { kind, metadata, spec } of manifests.filter((each) => each.kind === 'Service')) {
      const chosen = workloads.filter((each) => matches(spec?.selector as Labels | undefined, podLabels(each)))
      assert.deepEqual(
        chosen.map((each) => each.metadata.name),
        [metadata.name.replace(/-pods$/, '')],
        `${kind} ${metadata.name}`,
      )
      assert.equal(spec?.ports?.[0]?.targetPort, 'http')
    }
    for (const monitor of manifests.filter(({ kind }) => kind === 'ServiceMonitor')) {
      const chosen = manifests.filter(
        ({ kind, metadata }) =>
          kind === 'Service' &&
          matches(monitor.spec?.selector?.matchLabels, metadata.labels) &&
          metadata.labels?.['watchword/headless'] === undefined,
      )
      assert.deepEqual(
        chosen.map(({ metadata }) => metadata.name),
        [monitor.metadata.name],
      )
    }
  })

for (const [name, files] of valueSets)
  test(`a drain of nodes is slowed down but never stopped: ${name}`, async () => {
    const manifests = await render(helms['helm 4'], files)
    for (const workload of workloadsOf(manifests)) {
      const replicas = replicasMin(workload, manifests)
      const budgets = manifests.filter(
        ({ kind, spec }) => kind === 'PodDisruptionBudget' && matches(spec?.selector?.matchLabels, podLabels(workload)),
      )
      assert.equal(budgets.length, replicas > 1 ? 1 : 0, workload.metadata.name)
      for (const { spec } of budgets) {
        if (spec?.minAvailable === undefined) assert.equal(spec?.maxUnavailable, 1)
        else assert.ok(Number(spec.minAvailable) < replicas)
      }
    }
  })

for (const [name, files] of valueSets)
  test(`every pod holds to the standard "restricted", and to no secret in the open: ${name}`, async () => {
    const manifests = await render(helms['helm 4'], files)
    assert.deepEqual(
      manifests.filter(({ kind }) => kind === 'Secret'),
      [],
    )
    const owners = manifests.filter(({ kind }) => ['Deployment', 'StatefulSet', 'Job', 'Pod'].includes(kind))
    for (const owner of owners) {
      const pod = podOf(owner)
      assert.equal(pod.automountServiceAccountToken, false)
      assert.equal(pod.enableServiceLinks, false)
      assert.equal(pod.securityContext?.['runAsNonRoot'], true)
      assert.deepEqual(pod.securityContext?.['seccompProfile'], { type: 'RuntimeDefault' })
      const { image, securityContext, resources } = containerOf(owner)
      assert.match(image, /^[\w./-]+(?::\d[\w.-]*|@sha256:[a-f0-9]{64})$/)
      assert.deepEqual(securityContext, {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        privileged: false,
        capabilities: { drop: ['ALL'] },
      })
      assert.ok(resources?.requests !== undefined && resources.limits !== undefined)
    }
  })

test('nothing goes in or out of a pod that no policy names, and every pod has a policy of its own', async () => {
  for (const [name, files] of valueSets) {
    const manifests = await render(helms['helm 4'], files)
    const policies = manifests.filter(({ kind }) => kind === 'NetworkPolicy')
    if (name === 'one-of-each') {
      assert.deepEqual(policies, [])
      continue
    }
    const [denial] = policies.filter(({ metadata }) => metadata.name.endsWith('-default-deny'))
    assert.deepEqual(denial?.spec?.['policyTypes'], ['Ingress', 'Egress'])
    assert.deepEqual([denial?.spec?.['ingress'], denial?.spec?.['egress']], [undefined, undefined])
    const own = policies.filter((policy) => policy !== denial)
    for (const owner of manifests.filter(({ kind }) => ['Deployment', 'StatefulSet', 'Job', 'Pod'].includes(kind))) {
      const labels = owner.kind === 'Pod' ? owner.metadata.labels : podLabels(owner)
      assert.ok(matches(denial?.spec?.podSelector?.matchLabels, labels), owner.metadata.name)
      assert.equal(own.filter(({ spec }) => matches(spec?.podSelector?.matchLabels, labels)).length, 1)
    }
  }
})

type PolicyRule = Readonly<{ ports: readonly Readonly<{ port: number }>[]; from?: unknown; to?: unknown }>

function policyOf(component: string, manifests: readonly Manifest[]) {
  const isPolicy = ({ kind, metadata }: Manifest): boolean =>
    kind === 'NetworkPolicy' && metadata.name === `ww-watchword-${component}`
  const { spec } = manifests.find(isPolicy) ?? assert.fail(`no policy of ${component}`)
  return spec as unknown as Readonly<{ ingress?: readonly PolicyRule[]; egress?: readonly PolicyRule[] }>
}

test("the ClickHouse of Altinity's operator is asked by the auditor, the operator and its own replicas, and by nobody else who is not named", async () => {
  const manifests = await render(helms['helm 4'], valueSets.get('operators') ?? [])
  const [installation] = manifests.filter(({ kind }) => kind === 'ClickHouseInstallation')
  const { name, labels: passedOn } = installation?.metadata ?? assert.fail('no ClickHouseInstallation')
  // As the operator labels a pod, whether or not it passes on those of the resource.
  const ownLabels = { 'clickhouse.altinity.com/app': 'chop', 'clickhouse.altinity.com/chi': name }
  for (const labels of [ownLabels, { ...ownLabels, ...passedOn }]) {
    const chosen = manifests.filter(
      ({ kind, metadata, spec }) =>
        kind === 'NetworkPolicy' &&
        !metadata.name.endsWith('-default-deny') &&
        matches(spec?.podSelector?.matchLabels, labels),
    )
    assert.deepEqual(
      chosen.map(({ metadata }) => metadata.name),
      ['ww-watchword-clickhouse'],
    )
  }
  const inNamespace = (of: string) => ({ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': of } } })
  const tcp = (...ports: readonly number[]) => ports.map((port) => ({ protocol: 'TCP', port }))
  const auditor = manifests.find(({ kind, spec }) => kind === 'StatefulSet' && spec?.serviceName?.includes('auditor'))
  const { ingress, egress } = policyOf('clickhouse', manifests)
  assert.deepEqual(ingress, [
    { ports: tcp(8123), from: [{ podSelector: auditor?.spec?.selector }, inNamespace('clickhouse-operator')] },
    { ports: tcp(9000, 9009), from: [{ podSelector: { matchLabels: ownLabels } }] },
    { ports: tcp(8123), from: [inNamespace('grafana')] },
  ])
  assert.deepEqual(egress?.slice(1), [
    { ports: tcp(9000, 9009), to: [{ podSelector: { matchLabels: ownLabels } }] },
    { ports: tcp(9181) },
  ])
})

test('ports of policies are those of the addresses', async () => {
  const manifests = await render(helms['helm 4'], valueSets.get('production') ?? [])
  const ports = (component: string): readonly number[] =>
    (policyOf(component, manifests).egress ?? []).flatMap((rule) => rule.ports.map(({ port }) => port))
  assert.deepEqual(ports('scorer'), [53, 53, 9093, 443])
  assert.deepEqual(ports('auditor'), [53, 53, 9093, 443, 8443])
  assert.deepEqual(ports('notifier'), [53, 53, 9093, 443, 443, 587])
})

test('every service may reach the collector of spans where there is one, and what prepares the cluster may not', async () => {
  const telemetry = [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'telemetry' } } }]
  const toCollector = { ports: [{ protocol: 'TCP', port: 4318 }], to: telemetry }
  const [traced, plain] = await Promise.all(
    ['tracing', 'required'].map((set) => render(helms['helm 4'], valueSets.get(set) ?? [])),
  )
  for (const component of [...serviceNames, 'prepare']) {
    const before = policyOf(component, plain ?? []).egress ?? []
    const added = component === 'prepare' ? [] : [toCollector]
    assert.deepEqual(policyOf(component, traced ?? []).egress, [...before, ...added], component)
  }
})

test('replicas are scaled by the lag of the groups that the stages of a service are in', async () => {
  const manifests = await render(helms['helm 4'], valueSets.get('keda') ?? [])
  const scaled = manifests.filter(({ kind }) => kind === 'ScaledObject')
  assert.deepEqual(scaled.map(componentOf).toSorted(), ['notifier', 'scorer', 'session-guard'])
  for (const object of scaled) {
    const groups = rightsOf(componentOf(object)).flatMap(({ resource, name }) => (resource === 'group' ? [name] : []))
    const triggers = object.spec?.['triggers'] as readonly { metadata: Labels; authenticationRef?: object }[]
    assert.ok(triggers.length > 0)
    for (const { metadata, authenticationRef } of triggers) {
      assert.ok(groups.includes(metadata['consumerGroup'] ?? ''), metadata['consumerGroup'])
      assert.ok(metadata['consumerGroup']?.endsWith(`.${metadata['topic']}`))
      assert.deepEqual([metadata['sasl'], metadata['tls']], ['scram_sha256', 'enable'])
      assert.deepEqual(authenticationRef, { name: object.metadata.name })
    }
  }
})

test('Ingress and HTTPRoute have every route, and no other', async () => {
  const expected = chartRoutes().map(({ path, service }) => `${path} ${service}`)
  type Backend = Readonly<{ service: Readonly<{ name: string }> }>
  type IngressRule = Readonly<{
    host: string
    http: Readonly<{ paths: readonly Readonly<{ path: string; pathType: string; backend: Backend }>[] }>
  }>
  const ingresses = (await render(helms['helm 4'], valueSets.get('ingress') ?? [])).filter(
    ({ kind }) => kind === 'Ingress',
  )
  assert.equal(ingresses.length, 1)
  const rules = ingresses.flatMap(({ spec }) => spec?.rules as readonly IngressRule[])
  for (const host of ['auth.example', 'auth.example.org']) {
    const paths = rules.filter((rule) => rule.host === host).flatMap(({ http }) => http.paths)
    const found = paths.map(({ path, backend }) => `${path} ${backend.service.name.replace('ww-watchword-', '')}`)
    assert.equal(found.length, expected.length)
    // As ingress-nginx does once an annotation asks for expressions: the longest first, whatever their type, without regard to case.
    const locations = paths.toSorted((one, other) => other.path.length - one.path.length)
    for (const path of interfacePaths()) {
      const location = locations.find((one) => new RegExp(`^${one.path}`, 'i').test(path))
      assert.equal(location?.backend.service.name.replace('ww-watchword-', ''), serviceByRoutes(path), path)
    }
  }
  type RouteRule = Readonly<{
    matches: readonly Readonly<{ path: Readonly<{ value: string }> }>[]
    backendRefs: readonly Readonly<{ name: string }>[]
  }>
  const [route] = (await render(helms['helm 4'], valueSets.get('gateway') ?? [])).filter(
    ({ kind }) => kind === 'HTTPRoute',
  )
  const found = ((route?.spec?.rules ?? []) as readonly RouteRule[]).flatMap(({ matches: paths, backendRefs }) =>
    paths.map(({ path }) => `${path.value} ${backendRefs[0]?.name.replace('ww-watchword-', '')}`),
  )
  assert.deepEqual(found.toSorted(), expected.toSorted())
})
