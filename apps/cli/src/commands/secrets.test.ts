import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { parseSecrets } from '@watchword/session-guard'
import { runCommand } from '../testing/command-line.ts'

test('the secrets of a deployment are made once, for their owner alone, and are not printed', async (t) => {
  const parent = mkdtempSync(join(tmpdir(), 'watchword-secrets-'))
  t.after(() => rmSync(parent, { recursive: true, force: true }))
  const args = ['secrets', '--json', '--directory', join(parent, 'made')]
  const first = await runCommand(args)
  assert.equal(first.code, 0)
  const files = first.out.map((line) => JSON.parse(line) as { variable: string; file: string })
  assert.deepEqual(
    files.map(({ variable }) => variable),
    [
      'WATCHWORD_GUARD_SECRETS_FILE',
      'WATCHWORD_BOOTSTRAP_KEY_FILE',
      'WATCHWORD_NOTIFIER_REPORT_KEY_FILE',
      'WATCHWORD_GUARD_REPORT_KEY_FILE',
      'WATCHWORD_AUDIT_SIGNING_KEY_FILE',
    ],
  )
  const texts = files.map(({ file }) => readFileSync(file, 'utf8'))
  const [guard = '', key = '', report = '', same, signing = ''] = texts
  assert.equal(same, report)
  assert.equal(parseSecrets(guard).commandKey.length, 32)
  assert.match(report, /^[\w-]{43}\n$/)
  assert.match(key, /^ww_[0-9a-f]{20}_[\w-]{43}\n$/)
  for (const { file } of files) assert.equal(statSync(file).mode & 0o777, 0o600)
  for (const secret of [
    key.trim(),
    report.trim(),
    (JSON.parse(guard) as { command: string }).command,
    (JSON.parse(signing) as { d: string }).d,
  ])
    assert.ok(!first.out.join('\n').includes(secret))
  assert.deepEqual((await runCommand(args)).out, first.out)
  assert.deepEqual(
    files.map(({ file }) => readFileSync(file, 'utf8')),
    texts,
  )
})

test('the secrets of one service are made without those of another', async (t) => {
  const parent = mkdtempSync(join(tmpdir(), 'watchword-secrets-'))
  t.after(() => rmSync(parent, { recursive: true, force: true }))
  for (const service of ['ingest', 'session-guard', 'notifier', 'auditor'])
    assert.equal((await runCommand(['secrets', '--directory', join(parent, service), '--for', service])).code, 0)
  assert.deepEqual(readdirSync(join(parent, 'ingest')), ['bootstrap-key'])
  assert.deepEqual(readdirSync(join(parent, 'session-guard')), ['session-guard-secrets.json'])
  assert.deepEqual(readdirSync(join(parent, 'notifier')), ['report-key'])
  assert.deepEqual(readdirSync(join(parent, 'auditor')), ['audit-signing-key.json'])
  assert.equal((await runCommand(['secrets', '--directory', parent, '--for', 'scorer'])).code, 2)
})

test('the key of mfaTokens is changed in three steps, and the file stays its owner’s alone', async (t) => {
  const parent = mkdtempSync(join(tmpdir(), 'watchword-secrets-'))
  t.after(() => rmSync(parent, { recursive: true, force: true }))
  const args = ['secrets', '--directory', parent]
  const file = join(parent, 'session-guard-secrets.json')
  assert.equal((await runCommand([...args, '--rotate-signing'])).code, 2, 'there is nothing to change yet')
  await runCommand(args)
  const first = parseSecrets(readFileSync(file, 'utf8')).signingJwk
  for (const step of ['published', 'signing', 'done']) {
    const { code, out } = await runCommand([...args, '--rotate-signing', '--json'])
    assert.deepEqual([code, out], [0, [JSON.stringify({ step })]])
    assert.equal(statSync(file).mode & 0o777, 0o600)
  }
  const { signingJwk, publishedJwks } = parseSecrets(readFileSync(file, 'utf8'))
  assert.notDeepEqual(signingJwk, first)
  assert.deepEqual(publishedJwks, [])
})

test('every other secret of the guard is changed by a flag of its own, one at a time', async (t) => {
  const parent = mkdtempSync(join(tmpdir(), 'watchword-secrets-'))
  t.after(() => rmSync(parent, { recursive: true, force: true }))
  const args = ['secrets', '--directory', parent]
  const secrets = () => parseSecrets(readFileSync(join(parent, 'session-guard-secrets.json'), 'utf8'))
  await runCommand(args)
  const before = secrets()
  for (const [flag, ...steps] of [
    ['--rotate-commands', 'added', 'signing', 'done'],
    ['--rotate-factors', 'added', 'sealing'],
    ['--rotate-tickets', 'done'],
  ] as const)
    for (const step of steps) {
      const { code, out } = await runCommand([...args, flag])
      assert.equal(code, 0)
      assert.match(out.join('\n'), new RegExp(`^${step}: `))
    }
  const after = secrets()
  assert.deepEqual(after.signingJwk, before.signingJwk)
  assert.notDeepEqual(after.commandKey, before.commandKey)
  assert.deepEqual(after.otherCommandKeys, [])
  assert.notDeepEqual(after.tokenKey, before.tokenKey)
  assert.deepEqual([...after.factorKeys.keys()], ['k001', 'k002'])
  assert.deepEqual(after.factorKeys.get('k001'), before.factorKeys.get('k001'))
  assert.equal((await runCommand([...args, '--rotate-commands', '--rotate-tickets'])).code, 2)
  assert.deepEqual(secrets(), after)
})
