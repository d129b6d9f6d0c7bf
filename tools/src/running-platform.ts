import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Platform, platformConfigSchema, startPlatform } from '@watchword/cli'
import { version } from '@watchword/service-host'
import { createLifecycle, createLogger, loadConfig } from '@watchword/service-kit'

/** Runs the whole platform in a folder of its own while `work` looks at it. */
export async function withPlatform<Result>(work: (platform: Platform) => Promise<Result>): Promise<Result> {
  const directory = mkdtempSync(join(tmpdir(), 'watchword-tools-'))
  const logger = createLogger({ service: 'tools', version, level: 'silent' })
  const lifecycle = createLifecycle({}, { logger })
  const defaults = loadConfig(platformConfigSchema, { env: {} })
  const config = { ...defaults, server: { ...defaults.server, port: 0 }, data: { directory } }
  const failure = Promise.withResolvers<never>()
  try {
    return await Promise.race([
      startPlatform(config, { logger, lifecycle, onFatal: failure.reject }).then(work),
      failure.promise,
    ])
  } finally {
    await lifecycle.stop()
    rmSync(directory, { recursive: true, force: true })
  }
}
