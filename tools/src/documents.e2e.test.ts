import { freePort } from '@watchword/service-kit'
import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { documentPaths, shellBlocks } from './documents.ts'
import { repositoryFile, repositoryText } from './repository.ts'

const run = promisify(execFile)
const folder = mkdtempSync(join(tmpdir(), 'watchword-documents-'))
const bin = repositoryFile('node_modules/.bin')
const env = { HOME: process.env['HOME'], PATH: `${bin}:${process.env['PATH'] ?? ''}` }
const server: { stop: () => Promise<void>; host: string; clickhouse: string } = {
  stop: async () => undefined,
  host: '',
  clickhouse: '',
}

/** What `npm start` runs, on a free port. */
async function start(port: number): Promise<void> {
  const { scripts } = JSON.parse(repositoryText('package.json')) as { scripts: Record<string, string> }
  const [command = '', ...args] = (scripts['start'] ?? '').split(' ')
  const child = spawn(join(bin, command), [...args, '--port', String(port)], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const exited = once(child, 'exit')
  server.stop = async () => {
    child.kill('SIGTERM')
    await exited
  }
  for await (const line of createInterface(child.stdout)) {
    if (!line.includes('"watchword is up"')) continue
    const { clickhouse } = JSON.parse(line) as { clickhouse: string }
    server.clickhouse = new URL(clickhouse).host
    server.host = `localhost:${port}`
    child.stdout.resume()
    return
  }
  throw new Error('the platform ended before it was up')
}

/** The commands of a page, against this platform in the place of the one on port 8080. */
function scriptOf(path: string): string {
  const commands = shellBlocks(readFileSync(repositoryFile(path), 'utf8'), 'run').join('\n')
  const npx = `npx() { shift; case "$1" in demo|replay|policy) watchword "$@";; *) watchword "$@" --url http://${server.host};; esac; }`
  return `set -euo pipefail\n${npx}\n${commands}`
    .replaceAll('localhost:8080', server.host)
    .replaceAll('localhost:8123', server.clickhouse)
}

describe('every command of the documents that is marked to be run', () => {
  before(async () => start(await freePort()))
  after(async () => {
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  for (const path of documentPaths().filter((each) => shellBlocks(repositoryText(each), 'run').length > 0))
    test(`of ${path} succeeds on a running platform`, async () => {
      const { stdout } = await run('bash', ['-c', scriptOf(path)], { cwd: folder, env })
      assert.notEqual(stdout, '')
    })

  test('and the page of the bank is there', async () => {
    const answer = await fetch(`http://${server.host}/`)
    assert.equal(answer.status, 200)
    assert.match(answer.headers.get('content-type') ?? '', /^text\/html/)
  })
})
