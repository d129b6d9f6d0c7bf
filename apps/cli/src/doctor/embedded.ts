import { existsSync, readFileSync } from 'node:fs'
import { ConfigError, loadConfig } from '@watchword/service-kit'
import type { ApiOptions } from '../api.ts'
import { readConfigFile } from '../config-file.ts'
import { type PlatformConfig, platformConfigSchema } from '../platform/platform-config.ts'
import { examineClickhouse } from './clickhouse.ts'
import { examineClock } from './clock.ts'
import { examineDataFolder } from './data-folder.ts'
import { checked, configFinding, type Finding, failed, failedBy } from './finding.ts'
import { examinePlatform } from './platform.ts'
import { examineFolderOfSecrets } from './secrets.ts'

/** As the command was given; without a folder it is that of the configuration. */
export type EmbeddedOptions = Omit<ApiOptions, 'data'> & Readonly<{ data?: string; config?: string }>

type Environment = Readonly<Record<string, string | undefined>>

/** What is wrong with a platform in one process, and with its folder. Throws a UsageError for a file that cannot be read. */
export async function examineEmbedded(options: EmbeddedOptions, env: Environment): Promise<readonly Finding[]> {
  const { config, findings } = read(options.config, env)
  const data = options.data ?? config?.data.directory ?? '.watchword'
  return [
    ...findings,
    ...(await folder(data)),
    ...(await server(config?.clickhouse)),
    ...(await examinePlatform({ ...options, data })),
  ]
}

async function folder(data: string): Promise<readonly Finding[]> {
  const where = { check: 'data folder', setting: 'data.directory' }
  if (!existsSync(data)) return [failed('data-folder-missing', { ...where, detail: `${data} does not exist` })]
  return [
    ...(await checked(where, () => examineDataFolder(data, where.check))),
    ...(await checked(where, () => examineFolderOfSecrets(data))),
  ]
}

function read(
  path: string | undefined,
  env: Environment,
): Readonly<{ config?: PlatformConfig; findings: readonly Finding[] }> {
  const file = path === undefined ? {} : { file: readConfigFile(path) }
  try {
    const config = loadConfig(platformConfigSchema, {
      ...file,
      env,
      readFile: (named) => readFileSync(named, 'utf8'),
    })
    return { config, findings: [] }
  } catch (error) {
    if (!(error instanceof ConfigError)) return { findings: [failedBy(error, { check: 'platform: configuration' })] }
    return { findings: error.faults.map((each) => configFinding(each, 'platform')) }
  }
}

/** The embedded one says of itself in `/readyz` whether it is well. */
async function server(clickhouse: PlatformConfig['clickhouse'] | undefined): Promise<readonly Finding[]> {
  if (clickhouse?.url === undefined) return []
  const { url, httpPort: _, ...login } = clickhouse
  const clock = 'clock of clickhouse'
  return [
    ...(await examineClickhouse({ ...login, url }, 'clickhouse')),
    ...(await checked({ check: clock }, () => examineClock(url, clock))),
  ]
}
