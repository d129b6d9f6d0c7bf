import { existsSync, readFileSync } from 'node:fs'
import { ConfigError, loadConfig } from '@watchword/service-kit'
import type { ApiOptions } from '../api.ts'
import { type PlatformConfig, platformConfigSchema } from '../platform/platform-config.ts'
import { UsageError } from '../terminal.ts'
import { examineClickhouse } from './clickhouse.ts'
import { examineClock } from './clock.ts'
import { examineDataFolder } from './data-folder.ts'
import { configFinding, type Finding, failed } from './finding.ts'
import { examinePlatform } from './platform.ts'
import { examineFolderOfSecrets } from './secrets.ts'

/** As the command was given; without a folder it is that of the configuration. */
export type EmbeddedOptions = Omit<ApiOptions, 'data'> & Readonly<{ data?: string; config?: string }>

type Environment = Readonly<Record<string, string | undefined>>

/** What is wrong with a platform in one process, and with its folder. Throws a UsageError for a file that is not there. */
export async function examineEmbedded(options: EmbeddedOptions, env: Environment): Promise<readonly Finding[]> {
  const { config, findings } = read(options.config, env)
  const data = options.data ?? config?.data.directory ?? '.watchword'
  return [
    ...findings,
    ...(existsSync(data)
      ? [...examineDataFolder(data, 'data folder'), ...examineFolderOfSecrets(data)]
      : [
          failed('data-folder-missing', {
            check: 'data folder',
            setting: 'data.directory',
            detail: `${data} does not exist`,
          }),
        ]),
    ...(await server(config?.clickhouse)),
    ...(await examinePlatform({ ...options, data })),
  ]
}

function read(
  path: string | undefined,
  env: Environment,
): Readonly<{ config?: PlatformConfig; findings: readonly Finding[] }> {
  if (path !== undefined && !existsSync(path)) throw new UsageError(`there is no file ${path}`)
  try {
    const config = loadConfig(platformConfigSchema, {
      ...(path === undefined ? {} : { file: readFileSync(path, 'utf8') }),
      env,
      readFile: (file) => readFileSync(file, 'utf8'),
    })
    return { config, findings: [] }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return { findings: error.faults.map((each) => configFinding(each, 'platform')) }
  }
}

/** The embedded one says of itself in `/readyz` whether it is well. */
async function server(clickhouse: PlatformConfig['clickhouse'] | undefined): Promise<readonly Finding[]> {
  if (clickhouse?.url === undefined) return []
  const { url, httpPort: _, ...login } = clickhouse
  return [
    ...(await examineClickhouse({ ...login, url }, 'clickhouse')),
    ...(await examineClock(url, 'clock of clickhouse')),
  ]
}
