import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type ApiServer, startApiServer, strictFaults, writeStrictSchemas } from './api-server.ts'
import { chartFolder, type Manifest, manifestsOf, podOf, valueSets } from './chart.ts'
import { helms, kubeVersion, run, succeed, valueArguments } from './helm.ts'
import { startHookRunner } from './hook-runner.ts'

const release = 'ww'
const restricted = ['enforce', 'warn'].map((mode) => `pod-security.kubernetes.io/${mode}=restricted`)

let server: ApiServer
let folder: string
let schemas: string

/** A namespace of its own for one release, in which hooks end, and helm in it. */
async function withNamespace(
  helm: string,
  namespace: string,
  work: (
    scope: Readonly<{ helm: (args: readonly string[]) => Promise<string>; ran: readonly string[] }>,
  ) => Promise<void>,
): Promise<void> {
  await server.kubectl(['create', 'namespace', namespace])
  await server.kubectl(['label', 'namespace', namespace, ...restricted])
  const hooks = startHookRunner(server, namespace)
  try {
    await work({
      async helm(args) {
        const outcome = await run(helm, [...args, '--kubeconfig', server.kubeconfig, '--namespace', namespace])
        assert.equal(outcome.code, 0, outcome.stderr)
        assert.doesNotMatch(outcome.stderr, /would violate|unknown field/i)
        return outcome.stdout
      },
      ran: hooks.ran,
    })
  } finally {
    await hooks.stop()
  }
}

/** What each object of a release is to be, as the server has it. */
async function specsOf(namespace: string, manifest: string): Promise<ReadonlyMap<string, unknown>> {
  type Live = Readonly<{ kind: string; metadata: Readonly<{ name: string }>; spec?: unknown; data?: unknown }>
  const answer = await server.kubectl(
    ['get', '--namespace', namespace, '--output', 'json', '--filename', '-'],
    manifest,
  )
  const { items } = JSON.parse(answer) as { items: readonly Live[] }
  return new Map(items.map(({ kind, metadata, spec, data }) => [`${kind} ${metadata.name}`, spec ?? data]))
}

/** Replicas and images of the workloads, by name. */
async function runningIn(namespace: string): Promise<Readonly<Record<string, string>>> {
  type Workload = Readonly<{
    metadata: Readonly<{ name: string }>
    spec: Readonly<{
      replicas: number
      template: Readonly<{ spec: Readonly<{ containers: readonly { image: string }[] }> }>
    }>
  }>
  const answer = await server.kubectl(['get', 'deployments,statefulsets', '--namespace', namespace, '--output', 'json'])
  const { items } = JSON.parse(answer) as { items: readonly Workload[] }
  return Object.fromEntries(
    items.map(({ metadata, spec }) => [metadata.name, `${spec.replicas} ${spec.template.spec.containers[0]?.image}`]),
  )
}

function everyService(what: string): Readonly<Record<string, string>> {
  const names = ['auditor', 'ingest', 'notifier', 'scorer', 'session-guard']
  return Object.fromEntries(names.map((name) => [`${release}-watchword-${name}`, what]))
}

/** The volumes of a pod with those that a StatefulSet's controller adds. */
function volumesOf(owner: Manifest): readonly unknown[] {
  const claims = owner.spec?.volumeClaimTemplates ?? []
  return [
    ...(podOf(owner).volumes ?? []),
    ...claims.map(({ metadata: { name } }) => ({ name, persistentVolumeClaim: { claimName: name } })),
  ]
}

// Each in a namespace of its own, so several at once.
describe('the chart on a real API server', { concurrency: 3 }, () => {
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'watchword-helm-'))
    server = await startApiServer()
    schemas = await writeStrictSchemas(server, folder)
    await server.kubectl(['create', 'priorityclass', 'important', '--value=1000'])
  })
  after(async () => {
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  test('the strict validator finds a field that there is not, a missing one and a wrong type, so that its silence says something', async () => {
    const pod = (spec: object): string =>
      JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x' }, spec })
    for (const spec of [
      { containers: [], surprise: true },
      {},
      { containers: 'none' },
      { containers: [{ name: 'x', imagge: 'y' }] },
    ])
      assert.match((await strictFaults(pod(spec), schemas)).join(), /statusInvalid/, JSON.stringify(spec))
    const monitor = { apiVersion: 'monitoring.coreos.com/v1', kind: 'ServiceMonitor', metadata: { name: 'x' } }
    const faulty = JSON.stringify({ ...monitor, spec: { selector: {}, endpoints: [{ prot: 'http' }] } })
    assert.match((await strictFaults(faulty, schemas)).join(), /statusInvalid/)
  })

  for (const [name, files] of valueSets)
    test(`lint and the strict validator find nothing: ${name}`, async () => {
      for (const helm of Object.values(helms)) {
        await succeed(helm, ['lint', '--strict', chartFolder, ...kubeVersion, ...valueArguments(files)])
        const manifests = await succeed(helm, [
          'template',
          release,
          chartFolder,
          ...kubeVersion,
          ...valueArguments(files),
        ])
        assert.deepEqual(await strictFaults(manifests, schemas), [])
      }
    })

  for (const [version, helm] of Object.entries(helms))
    for (const [name, files] of valueSets)
      test(`${version} installs, upgrades, rolls back, tests and removes: ${name}`, async () => {
        const namespace = `${version.replace(' ', '-')}-${name}`
        await withNamespace(helm, namespace, async ({ helm: run_, ran }) => {
          const values = valueArguments(files, name === 'operators' ? { 'strimzi.namespace': namespace } : {})
          await run_(['install', release, chartFolder, ...values])
          const manifest = await run_(['get', 'manifest', release])
          const jobs = manifestsOf(await run_(['get', 'hooks', release])).filter(({ kind }) => kind === 'Job')
          assert.deepEqual(ran.toSorted(), jobs.map(({ metadata }) => metadata.name).toSorted())
          const installed = await specsOf(namespace, manifest)
          assert.equal(installed.size, manifestsOf(manifest).length)

          await run_([
            'upgrade',
            release,
            chartFolder,
            ...values,
            '--set',
            'global.logLevel=debug,ingest.dataSizeLimit=1Gi',
          ])
          assert.notDeepEqual(await specsOf(namespace, manifest), installed)
          await run_(['rollback', release, '1'])
          assert.deepEqual(await specsOf(namespace, manifest), installed)

          assert.match(await run_(['test', release]), /Phase: +Succeeded/)
          assert.equal(
            ran.at(-1),
            ran.find((each) => each.endsWith('-test')),
          )
          await run_(['uninstall', release])
          assert.deepEqual(await runningIn(namespace), {})
        })
      })

  for (const [name, files] of valueSets)
    test(`a namespace that enforces "restricted" takes the pods: ${name}`, async () => {
      const manifests = manifestsOf(
        await succeed(helms['helm 4'], ['template', release, chartFolder, ...kubeVersion, ...valueArguments(files)]),
      )
      const namespace = `pods-${name}`
      await server.kubectl(['create', 'namespace', namespace])
      await server.kubectl(['label', 'namespace', namespace, ...restricted])
      const pods = manifests
        .filter(({ kind }) => ['Deployment', 'StatefulSet', 'Job', 'Pod'].includes(kind))
        .map((owner) => ({
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: { name: owner.metadata.name },
          spec: { ...podOf(owner), restartPolicy: 'Never', volumes: volumesOf(owner) },
        }))
      const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: pods })
      await server.kubectl(['create', '--namespace', namespace, '--dry-run=server', '--filename', '-'], list)
    })

  for (const [version, helm] of Object.entries(helms))
    test(`${version} does not upgrade to another image while the one before runs, and does between the two`, async () => {
      const namespace = `${version.replace(' ', '-')}-images`
      await withNamespace(helm, namespace, async ({ helm: run_ }) => {
        const values = valueArguments(valueSets.get('required') ?? [])
        const upgrade = (...more: readonly string[]) => ['upgrade', release, chartFolder, ...values, ...more]
        await run_(['install', release, chartFolder, ...values])
        const asked = [
          ...upgrade('--set', 'global.image.tag=0.2.0'),
          '--kubeconfig',
          server.kubeconfig,
          '--namespace',
          namespace,
        ]
        const { code, stderr } = await run(helm, asked)
        assert.notEqual(code, 0)
        assert.match(stderr, /global\.image: is watchword:0\.2\.0, and ww-watchword-auditor runs watchword:0\.1\.0/)
        assert.deepEqual(await runningIn(namespace), everyService('2 watchword:0.1.0'))

        await run_(upgrade('--set', 'suspended=true'))
        assert.deepEqual(await runningIn(namespace), everyService('0 watchword:0.1.0'))
        await run_(upgrade('--set', 'global.image.tag=0.2.0'))
        assert.deepEqual(await runningIn(namespace), everyService('2 watchword:0.2.0'))
        await run_(upgrade('--set', 'global.image.tag=0.2.1,upgrade.allowRunning=true'))
        assert.deepEqual(await runningIn(namespace), everyService('2 watchword:0.2.1'))
        await run_(['rollback', release, '2'])
        assert.deepEqual(await runningIn(namespace), everyService('0 watchword:0.1.0'))
        await run_(['rollback', release, '1'])
        assert.deepEqual(await runningIn(namespace), everyService('2 watchword:0.1.0'))
      })
    })

  for (const [version, helm] of Object.entries(helms))
    test(`${version} says that alerts lead to no runbook, where there is no address of runbooks`, async () => {
      const namespace = `${version.replace(' ', '-')}-notes`
      await withNamespace(helm, namespace, async ({ helm: run_ }) => {
        const notesOf = (runbooksUrl: string): Promise<string> => {
          const values = valueArguments(valueSets.get('monitoring') ?? [], {
            'monitoring.prometheusRule.runbooksUrl': runbooksUrl,
          })
          return run_(['install', release, chartFolder, ...values, '--dry-run=server'])
        }
        assert.match(await notesOf(''), /^Alerts lead to no runbook: monitoring\.prometheusRule\.runbooksUrl /m)
        assert.doesNotMatch(await notesOf('https://docs.example/runbooks'), /no runbook/)
      })
    })

  test('what scales a service gets it back from a suspension', async () => {
    await withNamespace(helms['helm 4'], 'scaled', async ({ helm: run_ }) => {
      const values = valueArguments(valueSets.get('hpa') ?? [])
      await run_(['install', release, chartFolder, ...values, '--set', 'suspended=true'])
      const ingest = `${release}-watchword-ingest`
      assert.equal((await runningIn('scaled'))[ingest], '0 watchword:0.1.0')
      await run_(['upgrade', release, chartFolder, ...values])
      assert.equal((await runningIn('scaled'))[ingest], '1 watchword:0.1.0')
      const scaler = await server.kubectl([
        'get',
        'hpa',
        ingest,
        '--namespace',
        'scaled',
        '--output',
        'jsonpath={.spec.minReplicas}',
      ])
      assert.equal(scaler, '3')
    })
  })
})
