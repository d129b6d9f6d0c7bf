import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { once } from 'node:events'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { topicOf } from '@watchword/contracts'
import type { AppendRecord } from '@watchword/event-log'
import { openEmbeddedEngine, version } from '@watchword/service-host'
import { createLifecycle, createLogger, loadConfig } from '@watchword/service-kit'
import { openDataFolder } from './data-folder.ts'
import { startPlatform } from './platform.ts'
import { platformConfigSchema } from './platform-config.ts'

const logger = createLogger({ service: 'test', version, level: 'silent' })

const value = Buffer.from('no Avro at all')

/** A data folder whose log holds these records before the platform starts. */
async function folderWith(t: TestContext, records: readonly AppendRecord[]): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'watchword-garbage-'))
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  const lifecycle = createLifecycle({}, { logger })
  const { log } = await openEmbeddedEngine(openDataFolder(directory), { logger, lifecycle, onFatal: assert.fail })
  await log.append(records)
  await lifecycle.stop()
  return directory
}

test('a platform whose policies and apps hold garbage starts, is ready, counts it and goes on', async (t) => {
  const directory = await folderWith(t, [
    { topic: topicOf('policy'), key: 'demo:forged', value },
    { topic: topicOf('app'), key: 'demo:app:forged', value },
  ])
  const lifecycle = createLifecycle({}, { logger })
  t.after(() => lifecycle.stop())
  const defaults = loadConfig(platformConfigSchema, { env: {} })
  const faults: Error[] = []
  const { url } = await startPlatform(
    { ...defaults, server: { ...defaults.server, port: 0 }, data: { directory } },
    { logger, lifecycle, onFatal: (error) => faults.push(error) },
  )
  const metrics = await (await fetch(`${url}/metrics`)).text()
  for (const topic of ['policy', 'app'])
    assert.match(metrics, new RegExp(`watchword_settings_unreadable_records_total\\{topic="${topic}"\\} 1\\n`))
  while ((await fetch(`${url}/readyz`)).status !== 200) await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual(faults, [])
})

test('a platform whose stage gives up ends by itself, with 1', async (t) => {
  const garbage = { topic: topicOf('activity'), key: 'demo:alice', value }
  const directory = await folderWith(
    t,
    Array.from({ length: 20 }, () => garbage),
  )
  const bin = fileURLToPath(new URL('../../bin/watchword.js', import.meta.url))
  const child = spawn(process.execPath, [bin, 'up', '--port', '0', '--data', directory], {
    stdio: 'ignore',
    env: { PATH: process.env['PATH'], WATCHWORD_LOG_LEVEL: 'silent' },
  })
  t.after(() => child.kill('SIGKILL'))
  assert.deepEqual(await once(child, 'exit'), [1, null])
})
