import assert from 'node:assert/strict'
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { freePort } from '@watchword/service-kit'
import { runCommand } from '../testing/command-line.ts'
import { startUp } from '../testing/start-up.ts'
import type { TestPlatform } from '../testing/test-platform.ts'

type Finding = Readonly<{ check: string; ok: boolean; detail: string }>

async function up(t: TestContext): Promise<TestPlatform> {
  const platform = await startUp()
  t.after(() => platform.stop())
  while ((await fetch(`${platform.url}/readyz`)).status !== 200) await new Promise((resolve) => setImmediate(resolve))
  return platform
}

const findingsOf = (lines: readonly string[]): readonly Finding[] => lines.map((line) => JSON.parse(line) as Finding)

test('watchword doctor finds a running platform well, and says so of every part', async (t) => {
  const platform = await up(t)
  const { code, out } = await platform.run(['doctor', '--json'])
  const findings = findingsOf(out)
  assert.deepEqual(
    findings.filter(({ ok }) => !ok),
    [],
  )
  assert.equal(code, 0)
  assert.deepEqual(
    findings.map(({ check }) => check.replace(platform.data, 'data')),
    [
      'node',
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
    ],
  )
})

test('watchword doctor ends with 1 for a key that others may read, or that the platform does not know', async (t) => {
  const platform = await up(t)
  chmodSync(join(platform.data, 'dev-key'), 0o644)
  const readable = await platform.run(['doctor'])
  assert.equal(readable.code, 1)
  assert.deepEqual(
    readable.out.filter((line) => line.startsWith('BAD')),
    [`BAD  ${join(platform.data, 'dev-key')}: others may read it: chmod go-rwx`],
  )

  chmodSync(join(platform.data, 'dev-key'), 0o600)
  const unknown = await platform.run(['doctor', '--json', '--key', 'ww_nobody_secret'])
  assert.equal(unknown.code, 1)
  const bad = findingsOf(unknown.out).filter(({ ok }) => !ok)
  assert.deepEqual(
    bad.map(({ check }) => check),
    ['platform'],
  )
  assert.match(bad[0]?.detail ?? '', /^401 /)
})

test('watchword doctor ends with 1 where nothing runs and nothing was ever set up', async () => {
  const url = `http://127.0.0.1:${await freePort('127.0.0.1')}`
  const { code, out } = await runCommand(['doctor', '--url', url, '--data', '/nowhere', '--key', 'ww_a_b', '--json'])
  assert.equal(code, 1)
  const bad = findingsOf(out).filter(({ ok }) => !ok)
  assert.deepEqual(
    bad.map(({ check }) => check),
    ['data folder', 'platform'],
  )
  assert.match(bad[1]?.detail ?? '', /does not answer/)
})
