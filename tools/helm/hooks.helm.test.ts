import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { repositoryFile } from '../src/repository.ts'
import { containerOf, type Manifest, valueSets } from './chart.ts'
import { helms, type Outcome, render, run } from './helm.ts'
import { environmentOf } from './service-environment.ts'

/** A server that answers nothing but `status`, and remembers what it was asked. */
async function listen(t: TestContext, status: number) {
  const asked: IncomingMessage[] = []
  const server = createServer((request, response) => {
    asked.push(request)
    request.resume()
    response.writeHead(status).end()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  t.after(() => server.close())
  return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

/** Runs what a hook runs, with the environment that a kubelet would make for it. */
async function runHook(t: TestContext, manifests: readonly Manifest[], name: string): Promise<Outcome> {
  const hook = manifests.find(({ kind, metadata }) => kind === 'Job' && metadata.name.endsWith(`-${name}`))
  if (hook === undefined) assert.fail(`no job ${name}`)
  const container = containerOf(hook)
  const { env, files } = environmentOf(hook, container, manifests)
  const folder = mkdtempSync(join(tmpdir(), 'watchword-hook-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  for (const [path, content] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
  const variables = Object.entries(env).map(
    ([key, value]) => `${key}=${files.has(value) ? join(folder, value) : value}`,
  )
  const path = `PATH=${repositoryFile('node_modules/.bin')}:${dirname(process.execPath)}:/usr/bin:/bin`
  return run('/usr/bin/env', ['-i', path, ...variables, ...(container.command ?? [])])
}

test('the jobs ask where the values say, as whom the Secrets say', async (t) => {
  const registry = await listen(t, 500)
  const clickhouse = await listen(t, 500)
  const manifests = await render(helms['helm 4'], valueSets.get('production') ?? [], {
    'schemaRegistry.url': registry.url,
    'clickhouse.url': clickhouse.url,
  })
  const schemas = await runHook(t, manifests, 'schemas')
  assert.equal(schemas.code, 1, schemas.stderr)
  const login = Buffer.from('content of registry-username:content of registry-password').toString('base64')
  assert.equal(registry.asked[0]?.headers.authorization, `Basic ${login}`)

  const tables = await runHook(t, manifests, 'clickhouse')
  assert.equal(tables.code, 1, tables.stderr)
  const clickhouseLogin = Buffer.from('watchword:content of clickhouse-password').toString('base64')
  assert.equal(clickhouse.asked[0]?.headers.authorization, `Basic ${clickhouseLogin}`)
})

test('the job of the topics takes its options and asks the brokers of the values', async (t) => {
  const manifests = await render(helms['helm 4'], valueSets.get('one-of-each') ?? [], {
    'kafka.brokers': ['127.0.0.1:1'],
  })
  const { code, stderr } = await runHook(t, manifests, 'topics')
  assert.equal(code, 1, stderr)
  assert.match(stderr, /log-unavailable|ECONNREFUSED|127\.0\.0\.1:1/)
})

test('the administrator of the topics is another one than the services', async () => {
  const manifests = await render(helms['helm 4'], valueSets.get('production') ?? [])
  const job = manifests.find(({ kind, metadata }) => kind === 'Job' && metadata.name.endsWith('-topics'))
  if (job === undefined) assert.fail('no job of the topics')
  const { env, secrets } = environmentOf(job, containerOf(job), manifests)
  assert.equal(env['WATCHWORD_KAFKA_SASL_USERNAME'], 'admin')
  assert.equal(secrets.get(env['WATCHWORD_KAFKA_SASL_PASSWORD_FILE'] ?? ''), 'kafka-admin/password')
  assert.deepEqual(containerOf(job).command?.slice(3), ['--replication-factor', '3', '--min-insync-replicas', '2'])
})

test('helm test asks every service by its Service, and fails for one that is not ready', async (t) => {
  const manifests = await render(helms['helm 4'], valueSets.get('required') ?? [])
  const pod = manifests.find(({ kind }) => kind === 'Pod')
  if (pod === undefined) assert.fail('no pod of helm test')
  const command = containerOf(pod).command ?? []
  const services = manifests.filter(({ kind, spec }) => kind === 'Service' && spec?.['clusterIP'] === undefined)
  const addresses = services.map(({ metadata, spec }) => `http://${metadata.name}:${spec?.ports?.[0]?.port}/readyz`)
  assert.deepEqual(command.filter((word) => word.startsWith('http://')).toSorted(), addresses.toSorted())
  for (const [status, expected] of [
    [200, 0],
    [503, 1],
  ] as const) {
    const { asked, url } = await listen(t, status)
    const words = command.map((word) => word.replace(/^http:\/\/[\w-]+:\d+/, url))
    const { code } = await run('/usr/bin/env', ['READY_WITHIN_SECONDS=0', process.execPath, ...words.slice(1)])
    assert.equal(code, expected)
    assert.equal(asked.length, addresses.length)
    assert.ok(asked.every((request) => request.url === '/readyz'))
  }
})
