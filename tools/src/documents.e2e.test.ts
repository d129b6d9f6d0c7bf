import { startTestPlatform, type TestPlatform } from '@watchword/cli/testing'
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { codeBlocks } from './code-blocks.ts'
import { documentPaths } from './documents.ts'
import { repositoryFile, repositoryText } from './repository.ts'

const run = promisify(execFile)
const folder = mkdtempSync(join(tmpdir(), 'watchword-documents-'))
const bin = repositoryFile('node_modules/.bin')
const env = { HOME: process.env['HOME'], PATH: `${bin}:${process.env['PATH'] ?? ''}` }
let platform: TestPlatform

/** The commands of a page, against this platform in the place of the one that `npm start` runs on port 8080. */
function scriptOf(path: string): string {
  const { url, clickhouseUrl } = platform
  const commands = codeBlocks(path, 'run').join('\n')
  const npx = `npx() { shift; case "$*" in demo*|replay*|'policy check'*|'policy test'*|secrets*) watchword "$@";; *) watchword "$@" --url ${url};; esac; }`
  return `set -euo pipefail\n${npx}\n${commands}`
    .replaceAll('localhost:8080', new URL(url).host)
    .replaceAll('localhost:8123', new URL(clickhouseUrl).host)
}

describe('every command of the documents that is marked to be run', () => {
  before(async () => {
    platform = await startTestPlatform({ demo: true, data: join(folder, '.watchword'), tenant: 'demo' })
  })
  after(async () => {
    await platform.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  for (const path of documentPaths().filter((each) => codeBlocks(each, 'run').length > 0))
    test(`of ${path} succeeds on a running platform`, async () => {
      const { stdout } = await run('bash', ['-c', scriptOf(path)], { cwd: folder, env, timeout: 60_000 })
      assert.notEqual(stdout, '')
    })

  test('and so does every question in SQL', async () => {
    const password = readFileSync(join(folder, '.watchword/secrets/clickhouse-grafana'), 'utf8')
    const authorization = `Basic ${Buffer.from(`grafana:${password.trim()}`).toString('base64')}`
    for (const body of documentPaths().flatMap((path) => codeBlocks(path, 'ask'))) {
      const answer = await fetch(`${platform.clickhouseUrl}/?database=watchword`, {
        method: 'POST',
        headers: { authorization },
        body,
      })
      assert.equal(answer.status, 200, await answer.text())
    }
  })

  test('and the page of the bank is there, as npm start brings it', async () => {
    const answer = await fetch(platform.bankUrl)
    assert.equal(answer.status, 200)
    assert.match(answer.headers.get('content-type') ?? '', /^text\/html/)
    const { scripts } = JSON.parse(repositoryText('package.json')) as { scripts: Record<string, string> }
    assert.equal(scripts['start'], 'watchword up --demo')
  })
})
