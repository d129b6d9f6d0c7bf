import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { version } from '@watchword/service-host'
import { createLifecycle, createLogger, loadConfig } from '@watchword/service-kit'
import { type Api, connectApi } from '../api.ts'
import { startPlatform } from '../platform/platform.ts'
import { platformConfigSchema } from '../platform/platform-config.ts'
import type { ExitCode, Terminal } from '../terminal.ts'
import { createBankBackend } from './bank-backend.ts'
import { createNarrator, type Narrator, StoryError } from './stage-directions.ts'
import { type StoryDeps, tellStory } from './story.ts'

export type StoryOptions = Readonly<{
  data?: string
  url?: string
  key?: string
  /** Where a fresh platform sends its traces; nowhere by default. */
  otlpUrl?: string
  json?: true
}>

/** Plays the story against a platform; exit code 0 only if every step held. */
export async function playStory(options: StoryOptions, terminal: Terminal): Promise<ExitCode> {
  const narrator = createNarrator(terminal, options.json === true, () => performance.now())
  try {
    if (options.url === undefined) await onFreshPlatform(options, narrator, terminal)
    else await onRunningPlatform({ ...options, url: options.url }, narrator)
    if (!options.json) terminal.out(`\nAll ${narrator.steps()} steps held.`)
    return 0
  } catch (error) {
    if (!(error instanceof StoryError)) throw error
    return 1
  }
}

/** On one of its own, in this process. */
async function onFreshPlatform(options: StoryOptions, narrator: Narrator, terminal: Terminal): Promise<void> {
  const data = options.data ?? mkdtempSync(join(tmpdir(), 'watchword-demo-'))
  const logger = createLogger({ service: 'demo', version, level: 'silent' })
  const lifecycle = createLifecycle({}, { logger })
  try {
    const platform = await narrator.step(
      'A fresh platform comes up in this process',
      async () => {
        const defaults = loadConfig(platformConfigSchema, { env: {} })
        const config = {
          ...defaults,
          server: { host: '127.0.0.1', port: 0 },
          data: { directory: data },
          tracing: options.otlpUrl === undefined ? defaults.tracing : { ...defaults.tracing, otlpUrl: options.otlpUrl },
        }
        return startPlatform(config, { logger, lifecycle, onFatal: (error) => terminal.err(error.message) })
      },
      ({ url }) => url,
    )
    const api = await connectApi({ url: platform.url, key: platform.key, data })
    await tellStory({ ...castOf(api, 'alice'), narrator, paceMs: 0 })
  } finally {
    await lifecycle.stop()
    if (options.data === undefined) rmSync(data, { recursive: true, force: true })
  }
}

/** On one that is there: with a user of its own, since nobody may know her yet. */
async function onRunningPlatform(options: StoryOptions & Readonly<{ url: string }>, narrator: Narrator): Promise<void> {
  const api = await connectApi({ data: '.watchword', ...options })
  const user = `alice-${randomBytes(4).toString('hex')}`
  // No faster than a person: a judgement takes its way through brokers.
  await tellStory({ ...castOf(api, user), narrator, paceMs: 300 })
}

function castOf(api: Api, user: string): Omit<StoryDeps, 'narrator' | 'paceMs'> {
  return { bank: createBankBackend(api, user), user, url: api.url, now: () => Date.now() }
}
