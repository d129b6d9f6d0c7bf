import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, test } from 'node:test'
import { promisify } from 'node:util'
import { freePort } from '@watchword/service-kit'
import { codeBlocks } from './code-blocks.ts'
import { documentPaths } from './documents.ts'
import { repositoryFile } from './repository.ts'

const path = `${repositoryFile('node_modules/.bin')}:${process.env['PATH'] ?? ''}`
const functions = 'npx() { "$@"; }'

/** The command of a block, in a process group of its own with ports and a folder of its own; resolves when it says that it is up. */
async function start(block: string, folder: string, [port, clickhousePort]: readonly number[]) {
  // What npm installs is there: this is the checkout. npm says by itself what it runs, so the rest is as it stands on the page.
  const command = block.replace('npm ci && ', '').replaceAll('8123', String(clickhousePort))
  const child = spawn('bash', ['-c', `${functions}\n${command}`], {
    cwd: repositoryFile('.'),
    env: {
      HOME: folder,
      PATH: path,
      WATCHWORD_DATA_DIRECTORY: join(folder, '.watchword'),
      WATCHWORD_SERVER_PORT: String(port),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  // The shell may end before the platform that it has started, which holds its output until then.
  const exited = once(child, 'close')
  const lines: string[] = []
  const up = Promise.withResolvers<void>()
  for (const stream of [child.stdout, child.stderr])
    createInterface(stream).on('line', (line) => {
      lines.push(line)
      if (line.includes('"watchword is up"')) up.resolve()
    })
  await Promise.race([up.promise, exited.then(() => assert.fail(`it ended:\n${lines.join('\n')}`))])
  return async (): Promise<void> => {
    process.kill(-(child.pid ?? 0), 'SIGTERM')
    await exited
  }
}

describe('every command of the documents that starts the platform', () => {
  for (const document of documentPaths())
    for (const block of codeBlocks(document, 'start'))
      test(`does, and the commands of ${document} that follow succeed on it`, async () => {
        const folder = mkdtempSync(join(tmpdir(), 'watchword-start-'))
        const ports = [await freePort(), await freePort()]
        const stop = await start(block, folder, ports)
        try {
          assert.equal((await fetch(`http://127.0.0.1:${ports[0]}/readyz`)).status, 200)
          const commands = codeBlocks(document, 'started').join('\n').replaceAll('8080', String(ports[0]))
          const options = { cwd: folder, env: { PATH: path }, timeout: 60_000 }
          await promisify(execFile)('bash', ['-c', `set -euo pipefail\n${functions}\n${commands}`], options)
        } finally {
          await stop()
          rmSync(folder, { recursive: true, force: true })
        }
      })
})
