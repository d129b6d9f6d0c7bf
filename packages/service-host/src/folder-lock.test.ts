import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { promisify } from 'node:util'
import { ConfigError } from '@watchword/service-kit'
import { lockFolder } from './folder-lock.ts'

function freshFolder(t: TestContext): string {
  const parent = mkdtempSync(join(tmpdir(), 'watchword-lock-'))
  t.after(() => rmSync(parent, { recursive: true, force: true }))
  return join(parent, 'data')
}

test('a folder has one owner at a time, and a refusal names the key of the configuration', (t) => {
  const folder = freshFolder(t)
  const unlock = lockFolder(folder)
  assert.throws(
    () => lockFolder(folder),
    (error) => error instanceof ConfigError && error.faults[0]?.path === 'data.directory',
  )
  unlock()
  lockFolder(folder)()
})

test('a process that was killed has let go of its folder', async (t) => {
  const folder = freshFolder(t)
  const program = `import { lockFolder } from ${JSON.stringify(new URL('./folder-lock.ts', import.meta.url).href)}
    lockFolder(${JSON.stringify(folder)})
    process.kill(process.pid, 'SIGKILL')`
  const killed = promisify(execFile)(process.execPath, ['--input-type=module-typescript', '--eval', program])
  await assert.rejects(killed, { signal: 'SIGKILL' })
  lockFolder(folder)()
})
