import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { codeBlocks } from './code-blocks.ts'
import { documentPaths } from './documents.ts'
import { repositoryFile } from './repository.ts'

const page = 'docs/how-to/run-the-services.md'

test('whoever has a clone and the page runs a process of each service on a real Kafka, and the story on them', async (t) => {
  assert.deepEqual(
    documentPaths().filter((path) => codeBlocks(path, 'services').length > 0),
    [page],
  )
  const folder = mkdtempSync(join(tmpdir(), 'watchword-services-page-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const commands = codeBlocks(page, 'services').join('').replaceAll('.watchword/', `${folder}/`)
  const script = `trap 'kill $(jobs -p); wait' EXIT\nset -e\n${commands}\necho; echo "all of it was done"\n`
  const shell = spawn('bash', ['-c', script], { cwd: repositoryFile('.'), stdio: ['ignore', 'pipe', 'pipe'] })
  const [out, err, [code]] = await Promise.all([text(shell.stdout), text(shell.stderr), once(shell, 'exit')])
  assert.equal(code, 0, `${out.slice(-4_000)}\n${err.slice(-4_000)}`)
  assert.match(out, /All \d+ steps held/)
  assert.match(out, /all of it was done\n/)
})
