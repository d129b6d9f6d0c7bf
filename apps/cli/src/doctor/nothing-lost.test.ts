import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { freePort } from '@watchword/service-kit'
import { checked, failedBy } from './finding.ts'
import { answeringServer } from './testing/answering-server.ts'
import { badOf, type Environment, findingsOf, watchword } from './testing/doctor.ts'
import type { Ran } from '../testing/command-line.ts'

const folder = mkdtempSync(join(tmpdir(), 'watchword-doctor-'))
chmodSync(folder, 0o755)

/** The doctor of a platform in one process, whose folder others can read: found before anybody is asked. */
const doctor = (args: readonly string[], env: Environment = {}): Promise<Ran> =>
  watchword(['doctor', '--json', '--data', folder, '--key', 'ww_a_b', ...args], env)
const codesOf = (ran: Ran): readonly string[] =>
  badOf(ran)
    .filter(({ severity }) => severity === 'error')
    .map(({ check, code }) => `${check.replace(folder, 'data')} ${code}`)
const before = ['data secret-exposed', 'data/dev-key data-folder-missing', 'data/secrets data-folder-missing']

function assertWhole(ran: Ran, last: readonly string[]): void {
  assert.deepEqual(ran.err, [])
  assert.equal(ran.code, 1)
  assert.equal(findingsOf(ran)[0]?.check, 'node')
  assert.deepEqual(codesOf(ran), [...before, ...last])
  for (const { remedy = '' } of badOf(ran)) assert.notEqual(remedy, '')
}

const policy = { status: 200, body: { policy: {} } }
const ready = {
  status: 200,
  body: { checks: { ingest: { ready: true }, auditor: { ready: false, detail: 'behind' } } },
}

describe('watchword doctor loses no finding', () => {
  after(() => rmSync(folder, { recursive: true }))

  for (const [what, answer] of Object.entries({
    'a proxy without anything behind it': { status: 502, body: '<html>Bad Gateway</html>' },
    'a page': { status: 200, body: '<html>Welcome</html>' },
    'another API': { status: 404, body: { error: 'no such thing' } },
    'an API that likes everything': { status: 200, body: { hello: 'world' } },
    'checks of another kind': { status: 200, body: { checks: { database: 'ok', cache: null } } },
  }))
    it(`where ${what} answers at --url`, async (t) => {
      const url = await answeringServer(t, { '*': answer })
      const ran = await doctor(['--url', url])
      assertWhole(ran, ['platform not-watchword'])
      const detail = badOf(ran).at(-1)?.detail ?? ''
      assert.ok(detail.startsWith(`${url} answers GET /`), detail)
      assert.ok(detail.includes(`with ${answer.status}`), detail)
    })

  it('where what is behind a proxy goes away on the way', async (t) => {
    const url = await answeringServer(t, {
      '/v1/policy': policy,
      '/readyz': ready,
      '*': { status: 502, body: '<html>' },
    })
    const ran = await doctor(['--url', url])
    assertWhole(ran, ['auditor not-ready', 'platform not-watchword'])
    assert.deepEqual(
      findingsOf(ran)
        .filter(({ ok }) => ok)
        .map(({ check }) => check)
        .filter((check) => ['ingest', 'key'].includes(check)),
      ['ingest', 'key'],
    )
  })

  for (const address of ['localhost:8123', 'localhost', 'http://', 'http://127.0.0.1:1/?nothing=1'])
    it(`where the address of ClickHouse is ${address}`, async () => {
      const url = `http://127.0.0.1:${await freePort('127.0.0.1')}`
      const ran = await doctor(['--url', url], { WATCHWORD_CLICKHOUSE_URL: address })
      assertWhole(ran, ['clickhouse clickhouse-url-invalid', 'platform unreachable'])
      assert.equal(badOf(ran).find(({ check }) => check === 'clickhouse')?.setting, 'clickhouse.url')
    })

  for (const [what, answer] of Object.entries({
    'a page': { status: 200, body: '<html>Welcome</html>' },
    'another API': { status: 404, body: { error: 'no such thing' } },
    'an API that likes everything': { status: 200, body: { hello: 'world' } },
  }))
    it(`where ${what} answers at the address of ClickHouse`, async (t) => {
      const url = `http://127.0.0.1:${await freePort('127.0.0.1')}`
      const foreign = await answeringServer(t, { '*': answer })
      const ran = await doctor(['--url', url], { WATCHWORD_CLICKHOUSE_URL: foreign })
      assertWhole(ran, ['clickhouse clickhouse-query-refused', 'platform unreachable'])
      assert.equal(badOf(ran).find(({ check }) => check === 'clickhouse')?.setting, 'clickhouse.url')
    })

  it('where the addresses of a service are none, or those of something else', async (t) => {
    const foreign = await answeringServer(t, { '*': { status: 200, body: { hello: 'world' } } })
    for (const address of ['localhost:8123', 'localhost']) {
      const ran = await watchword(['doctor', '--json', '--services', 'auditor'], {
        WATCHWORD_KAFKA_BROKERS: `127.0.0.1:${await freePort('127.0.0.1')}`,
        WATCHWORD_SCHEMA_REGISTRY_URL: foreign,
        WATCHWORD_CLICKHOUSE_URL: address,
        WATCHWORD_DATA_DIRECTORY: join(folder, 'service'),
      })
      assert.deepEqual([ran.code, ran.err], [1, []])
      assert.deepEqual(
        badOf(ran)
          .filter(({ severity }) => severity === 'error')
          .map(({ code, setting }) => `${code} ${setting}`),
        [
          'log-unavailable kafka.brokers',
          'schema-registry-refused schemaRegistry.url',
          'clickhouse-url-invalid clickhouse.url',
        ],
      )
    }
  })

  it('where a check fails for a reason without a code of ours, whose words it does not repeat', async () => {
    const foreign = Object.assign(new TypeError('guess-this at http://u:guess-this@host'), { code: 'ERR_INVALID_URL' })
    for (const thrown of [foreign, new RangeError('guess-this'), 'guess-this']) {
      const [finding, ...others] = await checked({ check: 'one', setting: 'a.b' }, () => {
        throw thrown
      })
      assert.deepEqual(others, [])
      assert.equal(finding?.code, 'check-failed')
      assert.equal(finding.setting, 'a.b')
      assert.doesNotMatch(JSON.stringify(finding), /guess-this/)
    }
    assert.match(failedBy(foreign, { check: 'one' }).detail, /TypeError ERR_INVALID_URL$/)
  })

  it('for a file that it does not find or that is a folder: that is a wrong use, and names the file', async () => {
    const file = join(folder, 'watchword.yaml')
    writeFileSync(file, '')
    const names = { [folder]: 'is a folder', [join(folder, 'none')]: 'there is no file', [join(file, 'x')]: 'ENOTDIR' }
    for (const [path, why] of Object.entries(names))
      for (const args of [
        ['doctor', '--config', path],
        ['doctor', '--services', `scorer=${path}`],
        ['up', '--config', path],
        ['topics', 'plan', '--config', path],
        ['schemas', 'check', '--config', path],
        ['clickhouse', 'plan', '--config', path],
      ]) {
        const { code, out, err } = await watchword(args)
        assert.deepEqual([code, out, err.length], [2, [], 1], args.join(' '))
        assert.ok(err[0]?.includes(path) && err[0].includes(why), err[0])
      }
  })
})
