import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { loadConfig } from '@watchword/service-kit'
import { parse } from 'yaml'
import { serviceOfPath } from '../cluster/service-of-path.ts'
import { processSchemas } from '@watchword/cli'
import { repositoryText as read } from './repository.ts'

type Service = Readonly<{
  image: string
  command?: readonly string[]
  environment?: Readonly<Record<string, string>>
  volumes?: readonly string[]
  deploy?: Readonly<{ replicas: number }>
  healthcheck?: Readonly<{ test: readonly string[] }>
  depends_on?: Readonly<Record<string, unknown>> | readonly string[]
}>

const compose = parse(read('deploy/compose/compose.yaml'), { merge: true }) as Readonly<{
  services: Readonly<Record<string, Service>>
  volumes: Readonly<Record<string, unknown>>
}>
/** Something that each service takes for the text of such a file. */
function contentOf(path: string): string {
  return path.endsWith('/report-key') ? 'k'.repeat(43) : `content of ${path}`
}

function serviceNamed(name: string): Service {
  const service = compose.services[name]
  assert.ok(service !== undefined, `compose.yaml has no service ${name}`)
  return service
}

test('every service of compose.yaml starts its own process, twice, with a configuration that it takes', () => {
  for (const [name, schema] of Object.entries(processSchemas)) {
    const { command = [], environment = {}, deploy } = serviceNamed(name)
    assert.deepEqual(command, ['node', `services/${name}/src/main.ts`])
    assert.ok(read(command[1] ?? '').length > 0)
    assert.equal(deploy?.replicas, 2)
    const config = loadConfig(schema, { env: environment, readFile: contentOf })
    assert.deepEqual(config.kafka.brokers, ['kafka:9092'])
    assert.throws(() => loadConfig(schema, { env: { ...environment, WATCHWORD_SURPRISE: 'x' } }), /WATCHWORD_SURPRISE/)
  }
})

test('every service of compose.yaml is healthy when it says that it is ready, where it listens', async (t) => {
  let status = 200
  const asked: (string | undefined)[] = []
  const server = createServer((request, response) => {
    asked.push(request.url)
    response.writeHead(status).end()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo
  for (const [name, schema] of Object.entries(processSchemas)) {
    const { environment = {}, healthcheck } = serviceNamed(name)
    const config = loadConfig(schema, { env: environment, readFile: contentOf })
    const [kind, command = '', ...words] = healthcheck?.test ?? []
    assert.deepEqual([kind, command], ['CMD', 'node'])
    const here = words.map((word) => word.replace(`127.0.0.1:${config.server.port}`, `127.0.0.1:${port}`))
    const exitCode = async (): Promise<unknown> => (await once(spawn(process.execPath, here), 'exit'))[0]
    status = 200
    assert.equal(await exitCode(), 0, name)
    status = 503
    assert.equal(await exitCode(), 1, name)
    assert.deepEqual(asked.splice(0), ['/readyz', '/readyz'])
  }
})

test('what compose.yaml refers to is there: services, volumes, pinned images of the versions under test', () => {
  for (const [name, { image, depends_on = {}, volumes = [] }] of Object.entries(compose.services)) {
    assert.match(image, /^[\w./-]+:\d[\w.]*$/, name)
    for (const other of Array.isArray(depends_on) ? depends_on : Object.keys(depends_on)) serviceNamed(other)
    for (const volume of volumes) {
      const [source = ''] = volume.split(':')
      if (source.startsWith('./')) assert.ok(read(`deploy/compose/${source.slice(2)}`).length > 0)
      else if (!source.startsWith('/')) assert.ok(source in compose.volumes, `${name}: ${source}`)
    }
  }
  assert.ok(read('tools/kafka/broker.sh').includes(serviceNamed('kafka').image.split(':')[1] ?? '?'))
  assert.ok(read('tools/registry/registry.sh').includes(serviceNamed('registry').image.split(':')[1] ?? '?'))
  assert.ok(read('deploy/docker/Dockerfile').includes(`node:${process.versions.node}-slim`))
})

test('no service of compose.yaml sees the secrets of another: ingest reads what strangers send', () => {
  for (const name of Object.keys(processSchemas)) {
    const seen = (serviceNamed(name).volumes ?? []).filter((volume) => volume.includes('secrets'))
    const own = `${name}-secrets`
    // The key of report tickets, which is all that the notifier has, is needed where they are answered.
    const shared = name === 'session-guard' ? ['notifier-secrets:/notifier-secrets:ro'] : []
    assert.deepEqual(seen, own in compose.volumes ? [`${own}:/secrets:ro`, ...shared] : [])
    if (seen.length === 0) continue
    const made = ['watchword', 'secrets', '--directory', '/secrets', '--for', name]
    assert.deepEqual(serviceNamed(own).command, made)
    assert.deepEqual(serviceNamed(own).volumes, [`${own}:/secrets`])
  }
})

test('the front of compose.yaml sends each path where the front of the cluster does', () => {
  const configuration = read('deploy/compose/nginx.conf')
  const locations = [...configuration.matchAll(/location ~ (\S+) \{\s*set \$\w+ http:\/\/([\w-]+):(\d+);/g)]
  assert.equal(locations.length, 6)
  const [, fallback, fallbackPort] = /location \/ \{\s*set \$\w+ http:\/\/([\w-]+):(\d+);/.exec(configuration) ?? []
  const targets = new Map([[fallback, Number(fallbackPort)]])
  for (const [, , service, port] of locations) targets.set(service, Number(port))
  for (const [service, port] of targets) {
    const schema = processSchemas[service as keyof typeof processSchemas]
    const { environment = {} } = serviceNamed(service ?? '')
    const config = loadConfig(schema, { env: environment, readFile: contentOf })
    assert.equal(config.server.port, port, service)
  }
  const { paths } = JSON.parse(read('schemas/http/openapi.json')) as { paths: Record<string, unknown> }
  for (const path of [...Object.keys(paths), '/v1/subscribe', '/v1/keysmith', '/v1/users/a/b/timeline']) {
    const asked = path.replaceAll(/\{\w+\}/g, 'x')
    const [, , chosen = fallback] = locations.find(([, pattern = '']) => new RegExp(pattern).test(asked)) ?? []
    assert.equal(chosen, serviceOfPath(asked), asked)
  }
})
