import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { version } from '@watchword/service-host'
import { createLifecycle, createLogger, loadConfig } from '@watchword/service-kit'
import { connectApi } from '../api.ts'
import { startPlatform } from '../platform/platform.ts'
import { platformConfigSchema } from '../platform/platform-config.ts'
import type { ExitCode, Terminal } from '../terminal.ts'
import { createBankBackend } from './bank-backend.ts'
import { createNarrator, StoryError } from './stage-directions.ts'
import { tellStory } from './story.ts'

export type StoryOptions = Readonly<{ data?: string; json?: true }>

/** Plays the story against a fresh platform of its own; exit code 0 only if every step held. */
export async function playStory(options: StoryOptions, terminal: Terminal): Promise<ExitCode> {
  const data = options.data ?? mkdtempSync(join(tmpdir(), 'watchword-demo-'))
  const logger = createLogger({ service: 'demo', version, level: 'silent' })
  const lifecycle = createLifecycle({}, { logger })
  const narrator = createNarrator(terminal, options.json === true, () => performance.now())
  try {
    const platform = await narrator.step(
      'A fresh platform comes up in this process',
      async () => {
        const defaults = loadConfig(platformConfigSchema, { env: {} })
        const config = { ...defaults, server: { host: '127.0.0.1', port: 0 }, data: { directory: data } }
        return startPlatform(config, { logger, lifecycle, onFatal: (error) => terminal.err(error.message) })
      },
      ({ url }) => url,
    )
    const api = await connectApi({ url: platform.url, key: platform.key, data })
    await tellStory({ bank: createBankBackend(api, 'alice'), narrator, url: platform.url, now: () => Date.now() })
    if (!options.json) terminal.out(`\nAll ${narrator.steps()} steps held.`)
    return 0
  } catch (error) {
    if (!(error instanceof StoryError)) throw error
    return 1
  } finally {
    await lifecycle.stop()
    if (options.data === undefined) rmSync(data, { recursive: true, force: true })
  }
}
