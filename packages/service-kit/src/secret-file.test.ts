import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { readOrCreateSecretFile, writeSecretFile } from './index.ts'

test('a secret is readable by its owner alone, replaced whole, and leaves no draft behind', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'watchword-secret-'))
  t.after(() => rm(folder, { recursive: true }))
  const path = join(folder, 'keys', 'dev-key')
  await writeSecretFile(path, 'first')
  await writeSecretFile(path, 'second')
  assert.equal(await readFile(path, 'utf8'), 'second')
  assert.equal((await stat(path)).mode & 0o777, 0o600)
  assert.equal((await stat(join(folder, 'keys'))).mode & 0o777, 0o700)
  assert.deepEqual(await readdir(join(folder, 'keys')), ['dev-key'])
})

test('a secret is made once: all who ask at the same time get the same, and so does a later start', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'watchword-secret-'))
  t.after(() => rm(folder, { recursive: true }))
  const path = join(folder, 'mac-key')
  const asked = await Promise.all(['a', 'b', 'c', 'd'].map((text) => readOrCreateSecretFile(path, () => text)))
  const later = await readOrCreateSecretFile(path, () => 'e')
  assert.equal(new Set([...asked, later].map(String)).size, 1)
  assert.deepEqual(await readdir(folder), ['mac-key'])
})
