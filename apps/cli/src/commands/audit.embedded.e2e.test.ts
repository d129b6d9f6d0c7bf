import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { createClickhouse } from '@watchword/clickhouse'
import { runCommand } from '../testing/command-line.ts'
import { startUp } from '../testing/start-up.ts'
import type { TestPlatform } from '../testing/test-platform.ts'

const data = mkdtempSync(join(tmpdir(), 'watchword-audit-'))
let platform: TestPlatform

before(async () => {
  platform = await startUp({ data })
})
after(() => platform.stop())

/** What `audit verify` says, with its exit code. */
async function verify() {
  const { code, out, err } = await runCommand(['audit', 'verify', '--data', data, '--json'])
  assert.deepEqual(err, [])
  return {
    code,
    ...(JSON.parse(out[0] ?? '{}') as Record<'records' | 'chains' | 'checkpoints', number> & {
      faults: unknown[]
      checkpointFaults: unknown[]
    }),
  }
}

async function report(user: string): Promise<void> {
  const answer = await fetch(`${platform.url}/v1/activities`, {
    method: 'POST',
    headers: { authorization: `Bearer ${platform.key}`, 'content-type': 'application/json', prefer: 'wait=20' },
    body: JSON.stringify({ type: 'login', outcome: 'succeeded', user, session: 's-1', ip: '203.0.113.7' }),
  })
  assert.equal(answer.status, 200)
}

describe('watchword audit and clickhouse', () => {
  test('verify the audit of a platform while it runs', async () => {
    await report('alice')
    const timeline = await fetch(`${platform.url}/v1/users/alice/timeline`, {
      headers: { authorization: `Bearer ${platform.key}` },
    })
    assert.equal(timeline.status, 200)
    const { code, records, faults, checkpointFaults } = await verify()
    assert.ok(records > 2)
    assert.deepEqual([code, faults, checkpointFaults], [0, [], []])
    const { code: planned, out } = await runCommand(['clickhouse', 'plan', '--data', data, '--json'])
    assert.equal(planned, 0)
    assert.deepEqual(
      out.map((line) => (JSON.parse(line) as { status: string }).status),
      Array.from({ length: out.length }, () => 'applied'),
    )
  })

  test('have tables keep their rows as long as configured, and then have nothing more to do', async () => {
    const config = join(data, 'retention.yaml')
    const run = (...args: readonly string[]) => runCommand([...args, '--data', data, '--config', config])
    writeFileSync(config, 'audit: { recordsRetentionDays: 300, hoursRetentionDays: 1100 }')
    const planned = await run('clickhouse', 'plan', '--sql')
    assert.equal(planned.code, 1)
    const lines = planned.out.filter((line) => line.startsWith('pending'))
    assert.equal(lines.length, 13)
    assert.equal(lines[0], 'pending  kept records 300 days, before: for ever')
    assert.equal(lines[1], 'pending  kept activities 300 days, before: 400 days')
    assert.ok(planned.out.includes('ALTER TABLE records  MODIFY TTL toDateTime(stored) + INTERVAL 300 DAY;'))
    const { out } = await run('clickhouse', 'apply')
    assert.deepEqual(
      out,
      lines.map((line) => line.replace('pending', 'applied')),
    )
    assert.deepEqual((await run('clickhouse', 'apply')).out, [])
    assert.equal((await run('clickhouse', 'plan')).code, 0)
    const verified = await run('audit', 'verify')
    assert.match(verified.out.at(-1) ?? '', / whole, but nothing is signed yet$| all as it was stored$/)
    assert.equal(verified.code, 0)
    assert.equal((await run('audit', 'verify', '--trimmed', '2026-01-31')).code, 0)
    assert.match((await run('audit', 'verify', '--trimmed', 'January')).err[0] ?? '', /--trimmed: no day/)
    writeFileSync(config, 'audit: { recordsRetentionDays: 300, derivedRetentionDays: 301 }')
    const refused = await run('clickhouse', 'apply')
    assert.equal(refused.code, 1)
    assert.match(refused.err.join('\n'), /audit\.derivedRetentionDays: is longer than audit\.recordsRetentionDays/)
  })

  test('refuse a step that was changed after it was applied, and name a record that somebody changed', async () => {
    const client = createClickhouse({
      url: platform.clickhouseUrl,
      username: 'watchword',
      password: readFileSync(join(data, 'secrets', 'clickhouse-watchword'), 'utf8'),
      database: 'watchword',
    })
    await client.command("ALTER TABLE records UPDATE user = 'mallory' WHERE user = 'alice' AND type = 'activity'", {
      settings: { mutations_sync: '2' },
    })
    const { code, faults } = await verify()
    assert.equal(code, 1)
    assert.deepEqual(
      faults.map((fault) => (fault as { code: string }).code),
      ['record-does-not-follow'],
    )
    await client.command("ALTER TABLE watchword_migrations UPDATE checksum = 'x' WHERE id = '0003'", {
      settings: { mutations_sync: '2' },
    })
    await client.close()
    for (const command of ['plan', 'apply']) {
      const refused = await runCommand(['clickhouse', command, '--data', data])
      assert.equal(refused.code, 1)
      assert.match(refused.err[0] ?? '', /changed after it had been applied: 0003/)
    }
  })

  test('say what they need when there is no database to go to', async () => {
    const { code, err } = await runCommand(['clickhouse', 'plan', '--data', join(data, 'nothing')])
    assert.equal(code, 2)
    assert.match(err[0] ?? '', /no data folder/)
  })
})

test('a checkpoint is signed when the platform ends, and the folder verifies without it', async (t) => {
  const own = mkdtempSync(join(tmpdir(), 'watchword-audit-'))
  t.after(() => rmSync(own, { recursive: true, force: true }))
  const kept = await startUp({ data: join(own, 'up'), keep: true })
  await kept.stop()
  const { code, out, err } = await runCommand(['audit', 'verify', '--data', join(own, 'up')])
  assert.deepEqual(err, [])
  assert.match(out.at(-1) ?? '', /^[1-9]\d* records in [1-9]\d* chains, 1 checkpoints: all as it was stored$/)
  assert.equal(code, 0)
})

test('a platform has its tables keep their rows as long as its configuration says, and does not start where that cannot be', async (t) => {
  const own = mkdtempSync(join(tmpdir(), 'watchword-audit-'))
  t.after(() => rmSync(own, { recursive: true, force: true }))
  const folder = join(own, 'up')
  const config = join(own, 'watchword.yaml')
  writeFileSync(config, 'audit: { recordsRetentionDays: 200 }')
  const kept = await startUp({ data: folder, keep: true, config })
  await kept.stop()
  const { code, out } = await runCommand(['clickhouse', 'plan', '--data', folder, '--config', config])
  assert.deepEqual([code, out.filter((line) => !line.startsWith('applied'))], [0, []])
  writeFileSync(config, 'audit: { recordsRetentionDays: 200, rollupsRetentionDays: 0 }')
  await assert.rejects(startUp({ data: folder, keep: true, config }), /the platform ended with 1/)
})
