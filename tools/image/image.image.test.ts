import assert from 'node:assert/strict'
import { lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { processSchemas } from '@watchword/cli'
import { repositoryText } from '../src/repository.ts'
import { buildImage, type Image } from './build-image.ts'
import type { Ended } from './empty-root.ts'

/** What a container has to be given to write in, by the Dockerfile. */
const writable = ['/data', '/secrets', '/checkpoints']
const services = Object.keys(processSchemas)
const mainOf = (service: string): readonly string[] => ['node', `services/${service}/src/main.ts`]

describe('the image that deploy/docker/Dockerfile makes, in an empty root', () => {
  const folder = mkdtempSync(join(tmpdir(), 'watchword-image-'))
  let image: Image
  let made: ReadonlyMap<string, string>
  before(async () => {
    image = await buildImage(folder)
    made = contentOf(folder)
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  /** In a container whose root cannot be written, as its own user. */
  const start = (words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> =>
    image.root.run([...image.entrypoint, ...words], { ...image.life, env: { ...image.life.env, ...env }, writable })

  test('begins with the Node.js that the tests run on, and is not run by root', async () => {
    const { version } = JSON.parse(repositoryText('node_modules/node/package.json')) as { version: string }
    assert.equal(image.from, `node:${version}-slim`)
    assert.equal(image.life.user, '1000:1000')
    const { code, out } = await start(['node', '-p', 'process.version + " " + process.getuid()'])
    assert.deepEqual([code, out.trim()], [0, `v${version} 1000`])
  })

  test('holds the sources and what they need to run: no test, no repository, no package of development', (t) => {
    const files = [...made.keys()]
    const own = files.filter((file) => file.startsWith('app/') && !file.includes('/node_modules/'))
    for (const service of services) assert.ok(own.includes(`app/${mainOf(service)[1]}`), service)
    assert.deepEqual(
      own.filter((file) => /\.test\.ts$|\/\.git(?:\/|$)/.test(file)),
      [],
    )
    const { packages } = JSON.parse(repositoryText('package-lock.json')) as {
      packages: Readonly<Record<string, Readonly<{ dev?: true; optional?: true; link?: true }>>>
    }
    const left = Object.entries(packages).filter(([, { dev, optional }]) => dev === true || optional === true)
    assert.ok(left.length > 100)
    assert.deepEqual(
      left.map(([path]) => path).filter((path) => made.has(`app/${path}/package.json`)),
      [],
    )
    t.diagnostic(`${own.length} files of ours, ${files.length} in all; ${mebibytesBelow(folder, 'app')} MiB`)
  })

  test('starts the command, which writes secrets where it is told to and nowhere else', async () => {
    const help = await start(image.command)
    assert.deepEqual([help.code, help.err], [0, ''])
    assert.match(help.out, /^Usage: watchword/)
    const secrets = await start(['watchword', 'secrets', '--directory', '/secrets'])
    assert.deepEqual([secrets.code, secrets.err], [0, ''])
    assert.deepEqual(readdirSync(join(folder, 'secrets')).toSorted(), [
      'audit-signing-key.json',
      'bootstrap-key',
      'report-key',
      'session-guard-secrets.json',
    ])
  })

  for (const service of services)
    test(`starts ${service}, which says what its configuration lacks, and what it does not reach`, async () => {
      const bare = await start(mainOf(service))
      assert.equal(bare.code, 1, bare.err)
      assert.match(`${bare.out}${bare.err}`, /configuration is not valid/)
      assert.match((await start([...mainOf(service), '--wrong'])).err, new RegExp(`Usage: ${service} `))

      // The first server that it needs, and nobody answers there.
      const needed = service === 'auditor' ? 'clickhouse-unreachable' : 'schema-registry-unavailable'
      const data = `/data/${service}`
      const away = await start(mainOf(service), { ...reachingNobody, WATCHWORD_DATA_DIRECTORY: data, ...own[service] })
      assert.equal(away.code, 1, away.err)
      assert.match(away.out, new RegExp(`"code":"${needed}"`))
      if (service !== 'auditor') assert.deepEqual(readdirSync(join(folder, data)), ['owner.db'])
    })

  test('lets nothing else be written, and nothing else was', async () => {
    for (const path of ['/app/x', '/app/services/ingest/src/main.ts', '/tmp/x', '/etc/x', '/root/x', '/x']) {
      const { code, err } = await start(['node', '-e', `require('node:fs').appendFileSync('${path}', 'x')`])
      assert.notEqual(code, 0, path)
      assert.match(err, /EROFS|EACCES/, path)
    }
    const changed = [...contentOf(folder)].filter(([file, is]) => made.get(file) !== is).map(([file]) => `/${file}`)
    assert.ok(changed.length > 0)
    assert.deepEqual(
      changed.filter((file) => !writable.some((path) => file.startsWith(path))),
      [],
    )
  })
})

const reachingNobody = {
  WATCHWORD_KAFKA_BROKERS: '127.0.0.1:1',
  WATCHWORD_SCHEMA_REGISTRY_URL: 'http://127.0.0.1:1',
}
const own: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ingest: { WATCHWORD_BOOTSTRAP_KEY_FILE: '/secrets/bootstrap-key' },
  'session-guard': { WATCHWORD_GUARD_SECRETS_FILE: '/secrets/session-guard-secrets.json' },
  notifier: { WATCHWORD_NOTIFIER_REPORT_KEY_FILE: '/secrets/report-key' },
  auditor: { WATCHWORD_CLICKHOUSE_URL: 'http://127.0.0.1:1' },
}

/** Every file below a folder, with what would change if it was written. */
function contentOf(folder: string): ReadonlyMap<string, string> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return new Map(
    paths.map((path) => {
      const { size, mtimeMs, mode, uid } = lstatSync(join(folder, path))
      return [path, `${size} ${mtimeMs} ${mode} ${uid}`]
    }),
  )
}

function mebibytesBelow(folder: string, below: string): number {
  const bytes = readdirSync(join(folder, below), { recursive: true, encoding: 'utf8' })
    .map((path) => lstatSync(join(folder, below, path)))
    .reduce((sum, stat) => sum + (stat.isFile() ? stat.size : 0), 0)
  return Math.round(bytes / 1_048_576)
}
