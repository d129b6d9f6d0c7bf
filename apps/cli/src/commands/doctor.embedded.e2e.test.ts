import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { freePort } from '@watchword/service-kit'
import { badOf, type Environment, findingsOf, watchword } from '../doctor/testing/doctor.ts'
import { type Ran, runCommand } from '../testing/command-line.ts'
import { startUp } from '../testing/start-up.ts'
import type { TestPlatform } from '../testing/test-platform.ts'

const main = fileURLToPath(new URL('../main.ts', import.meta.url))
// On the disk of the checkout: the folder of temporary files is in memory on many machines.
const cache = fileURLToPath(new URL('../../../../.cache/', import.meta.url))

const codesOf = (ran: Pick<Ran, 'out'>): readonly (string | undefined)[] => badOf(ran).map(({ code }) => code)
const doctor = (args: readonly string[], env: Environment): Promise<Ran> =>
  watchword(['doctor', '--json', ...args], env)

/** What the doctor says as a process of its own, behind a script that makes the machine worse; the script ends with `exec "$@"`. */
async function behind(script: string, args: readonly string[], own: readonly string[] = []): Promise<Ran> {
  const command = [process.execPath, '--disable-warning=ExperimentalWarning', main, 'doctor', '--json', ...args]
  const shell = [...own, 'sh', '-ec', script, 'sh', ...command]
  const [file = 'sh', ...rest] = shell
  const { stdout, code } = await promisify(execFile)(file, rest).then(
    ({ stdout: text }) => ({ stdout: text, code: 0 }),
    (error: { stdout: string; code: number; stderr: string }) => {
      assert.equal(error.code, 1, error.stderr)
      return error
    },
  )
  return { code, out: stdout.split('\n').filter((line) => line !== ''), err: [] }
}

describe('watchword doctor', () => {
  let platform: TestPlatform
  before(async () => {
    mkdirSync(cache, { recursive: true })
    platform = await startUp({ data: mkdtempSync(join(cache, 'doctor-')) })
    while ((await fetch(`${platform.url}/readyz`)).status !== 200) await new Promise((resolve) => setImmediate(resolve))
  })
  after(() => platform.stop())

  const call = (method: string, path: string, body: object): Promise<Response> =>
    fetch(`${platform.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${platform.key}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  const here = (): readonly string[] => ['--url', platform.url, '--data', platform.data]

  test('finds a running platform well, and says so of every part', async () => {
    const ran = await platform.run(['doctor', '--json'])
    assert.deepEqual(badOf(ran), [])
    assert.equal(ran.code, 0)
    assert.deepEqual(
      findingsOf(ran).map(({ check }) => check.replace(platform.data, 'data')),
      [
        'node',
        'descriptors',
        'data folder',
        'data',
        'data/dev-key',
        'data/secrets',
        'ingest',
        'scorer',
        'guard',
        'notifier',
        'auditor',
        'server',
        'key',
        'clock of the platform',
        'origins',
      ],
    )
  })

  test('ends with 1 for a key that others may read, or that the platform does not know', async () => {
    const file = join(platform.data, 'dev-key')
    chmodSync(file, 0o644)
    const readable = await platform.run(['doctor'])
    chmodSync(file, 0o600)
    assert.equal(readable.code, 1)
    assert.deepEqual(
      readable.out.filter((line) => !line.startsWith('ok')),
      [`BAD  ${file}: secret-exposed: others may read it. Make it its owner's alone: chmod go-rwx.`],
    )

    const unknown = await platform.run(['doctor', '--json', '--key', 'ww_nobody_secret'])
    assert.equal(unknown.code, 1)
    assert.deepEqual(codesOf(unknown), ['invalid-credentials'])
    assert.match(badOf(unknown)[0]?.detail ?? '', /^401 /)
  })

  test('finds a platform well that is configured by a file and variables, and names every setting that cannot be used', async () => {
    const ran = await doctor(here(), {
      WATCHWORD_SERVER_PRT: '1',
      WATCHWORD_GUARD_REPORT_KEY: 'short',
      WATCHWORD_CLICKHOUSE_PASSWORD_FILE: '/nowhere',
    })
    assert.equal(ran.code, 1)
    assert.deepEqual(
      badOf(ran).map(({ code, setting }) => [code, setting]),
      ['WATCHWORD_SERVER_PRT', 'WATCHWORD_CLICKHOUSE_PASSWORD_FILE', 'guard.reportKey'].map((setting) => [
        'config-invalid',
        setting,
      ]),
    )
    assert.ok(!ran.out.join('\n').includes('short'))
    assert.equal((await doctor(['--config', '/nowhere'], {})).code, 2)
  })

  test('finds apps whose pages are not served by https, and passkeys for the domain of somebody else', async (t) => {
    t.after(() => call('POST', '/v1/apps', { id: 'shop', origins: [] }))
    const answer = await call('POST', '/v1/apps', {
      id: 'shop',
      origins: ['http://shop.example', 'https://www.shop.example'],
      rpId: 'shop.test',
    })
    assert.equal(answer.status, 201)
    const wrong = await doctor(here(), {})
    assert.deepEqual(
      badOf(wrong).map(({ code, severity, setting }) => [code, severity, setting]),
      [
        ['origin-insecure', 'warning', 'app shop: origins'],
        ['rp-id-foreign', 'error', 'app shop: rpId'],
      ],
    )
    assert.equal(wrong.code, 1)

    await call('POST', '/v1/apps', {
      id: 'shop',
      origins: ['http://shop.example', 'https://www.shop.example'],
      rpId: 'shop.example',
    })
    const warned = await doctor(here(), {})
    assert.deepEqual([warned.code, codesOf(warned)], [0, ['origin-insecure']])
  })

  test('warns of a process that may have few descriptors', async () => {
    const ran = await behind('ulimit -n 512; exec "$@"', here())
    assert.deepEqual([ran.code, codesOf(ran)], [0, ['descriptors-too-few']])
    assert.match(badOf(ran)[0]?.detail ?? '', /\b512\b/)
  })

  test('finds a folder that cannot be written, and warns of one in memory that is nearly full', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'watchword-doctor-'))
    t.after(() => rmSync(folder, { recursive: true }))
    const elsewhere = ['--url', platform.url, '--key', platform.key, '--data', folder]
    const apart = ['unshare', '--user', '--map-root-user', '--mount']
    const prepared = `mkdir -m 700 ${folder}/secrets; touch ${folder}/dev-key; chmod 600 ${folder}/dev-key`
    const full = await behind(
      `mount -t tmpfs -o size=64m,mode=700 doctor ${folder}; ${prepared}; exec "$@"`,
      elsewhere,
      apart,
    )
    assert.deepEqual([full.code, codesOf(full)], [0, ['data-folder-volatile', 'disk-nearly-full']])

    const fixed = await behind(
      `mount -t tmpfs -o mode=700 doctor ${folder}; ${prepared}; mount -o remount,ro ${folder}; exec "$@"`,
      elsewhere,
      apart,
    )
    assert.equal(fixed.code, 1)
    assert.ok(codesOf(fixed).includes('data-folder-unwritable'))
    assert.ok(badOf(fixed).every(({ setting }) => setting === 'data.directory'))
  })
})

test('watchword doctor ends with 1 where nothing runs and nothing was ever set up', async () => {
  const url = `http://127.0.0.1:${await freePort('127.0.0.1')}`
  const ran = await runCommand(['doctor', '--url', url, '--data', '/nowhere', '--key', 'ww_a_b', '--json'])
  assert.equal(ran.code, 1)
  assert.deepEqual(codesOf(ran), ['data-folder-missing', 'unreachable'])
  assert.match(badOf(ran)[1]?.detail ?? '', /does not answer/)
})
