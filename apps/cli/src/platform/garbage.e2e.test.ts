import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { topicOf } from '@watchword/contracts'
import { createLifecycle, createLogger, loadConfig } from '@watchword/service-kit'
import { openDataFolder } from './data-folder.ts'
import { openEmbeddedLog } from './embedded-log.ts'
import { startPlatform, version } from './platform.ts'
import { platformConfigSchema } from './platform-config.ts'

const logger = createLogger({ service: 'test', version, level: 'silent' })

test('a platform whose policies and apps hold garbage starts, is ready, counts it and goes on', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'watchword-garbage-'))
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  const value = Buffer.from('no Avro at all')
  const before = createLifecycle({}, { logger })
  const { log } = await openEmbeddedLog(openDataFolder(directory), { logger, lifecycle: before, onFatal: assert.fail })
  await log.append([
    { topic: topicOf('policy'), key: 'demo:forged', value },
    { topic: topicOf('app'), key: 'demo:app:forged', value },
  ])
  await before.stop()

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
