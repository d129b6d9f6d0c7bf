import { startUp, type TestPlatform } from '@watchword/cli/testing'
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { generateSync } from 'otplib'
import { codeBlocks } from './code-blocks.ts'
import { repositoryFile } from './repository.ts'

const page = 'docs/how-to/back-up-and-restore.md'
const path = `${repositoryFile('node_modules/.bin')}:${process.env['PATH'] ?? ''}`

type Json = Readonly<Record<string, unknown>>
type Answer = Readonly<{ status: number; body: Json }>

let folder = ''
let platform: TestPlatform
let secret = ''

/** The commands of the page with this mark, in a folder where `.watchword` is the data folder; those that ask a platform ask this one. */
async function perform(mark: string): Promise<string> {
  const blocks = codeBlocks(page, mark)
  assert.ok(blocks.length > 0, mark)
  const npx = `npx() { shift; case "$*" in audit*) watchword "$@";; *) watchword "$@" --url ${platform.url};; esac; }`
  const script = `set -euo pipefail\n${npx}\n${blocks.join('\n')}`
  const { stdout } = await promisify(execFile)('bash', ['-c', script], { cwd: folder, env: { PATH: path } })
  return stdout
}

async function call(method: string, target: string, body?: Json): Promise<Answer> {
  const answer = await fetch(`${platform.url}${target}`, {
    method,
    headers: { authorization: `Bearer ${platform.key}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: answer.status, body: (await answer.json()) as Json }
}

const codeAt = (steps: number): string => generateSync({ secret, epoch: Math.floor(Date.now() / 1_000) + steps * 30 })

/** Sets up an authenticator app with a code of the step before, so that the present one is still unused. */
async function enrol(user: string): Promise<void> {
  const { status, body } = await call('POST', `/v1/users/${user}/factors/totp`, {})
  assert.equal(status, 201, JSON.stringify(body))
  secret = String(body['secret'])
  const confirm = () =>
    call('POST', `/v1/users/${user}/factors/totp/${String(body['factor'])}/confirm`, { code: codeAt(-1) })
  const first = await confirm()
  // The next step began while it was on its way.
  const confirmed = first.status === 401 ? await confirm() : first
  assert.equal(confirmed.status, 200, JSON.stringify(confirmed.body))
}

describe('the data folder of watchword up, copied and restored as the page says', () => {
  before(async () => {
    // On the disk of the checkout: what is in memory the doctor calls by its name.
    mkdirSync(repositoryFile('.cache'), { recursive: true })
    folder = mkdtempSync(join(repositoryFile('.cache'), 'back-up-'))
    platform = await startUp({ data: join(folder, '.watchword'), keep: true })
  })
  after(async () => {
    await platform.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  test('has the lock that was in force, the factor that opens it, and the whole audit', async () => {
    const { key } = platform
    await enrol('alice')
    assert.equal(
      (await call('POST', '/v1/activities', { type: 'login', outcome: 'succeeded', user: 'alice' })).status,
      202,
    )
    const locked = await call('POST', '/v1/users/alice/lock', { reason: 'stolen' })
    assert.equal(locked.status, 200, JSON.stringify(locked.body))
    const read =
      "new (require('node:sqlite').DatabaseSync)(process.argv[1], { readOnly: true }).prepare('SELECT 1 FROM topics').get()"
    const reads = promisify(execFile)(process.execPath, ['-e', read, join(folder, '.watchword/log.db')])
    await assert.rejects(reads, /database is locked/, 'who copies it while it runs is told nothing')
    await platform.stop()

    await perform('back-up')
    renameSync(join(folder, '.watchword'), join(folder, 'lost'))
    rmSync(join(folder, 'lost'), { recursive: true })
    assert.match(await perform('restore'), /all as it was stored/)
    assert.ok(!existsSync(join(folder, '.watchword')))
    assert.equal(statSync(join(folder, 'restored/secrets/session-guard-secrets.json')).mode & 0o077, 0)

    platform = await startUp({ data: join(folder, 'restored'), keep: true })
    assert.equal(platform.key, key)
    const checks = await perform('restored')
    assert.match(checks, /all as it was stored/)
    assert.match(checks, /alice {2}locked \(user\)/)
    const { lock } = (await call('GET', '/v1/users/alice/status')).body as { lock: { id: string } }
    assert.deepEqual(lock.id, (locked.body['lock'] as { id: string }).id)
    const { body } = await call('POST', `/v1/locks/${lock.id}/challenges`, { factor: 'totp' })
    const opened = await call('POST', `/v1/challenges/${String(body['challenge'])}/responses`, { code: codeAt(0) })
    assert.equal(opened.status, 200, JSON.stringify(opened.body))
    assert.equal((await call('GET', '/v1/users/alice/status')).body['locked'], false)
  })
})
