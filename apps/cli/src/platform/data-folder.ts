import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** Where everything of an embedded platform lives; the folder is the owner's alone. */
export type DataFolder = Readonly<{
  path: string
  log: string
  registry: string
  secrets: string
  clickhouse: string
  /** Names where the embedded ClickHouse listens, or listened last. */
  clickhouseUrl: string
  devKey: string
  stateFile: (stage: string) => string
}>

export function openDataFolder(directory: string): DataFolder {
  const path = resolve(directory)
  for (const folder of [path, join(path, 'state'), join(path, 'secrets')])
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  return {
    path,
    log: join(path, 'log.db'),
    registry: join(path, 'schemas.json'),
    secrets: join(path, 'secrets'),
    clickhouse: join(path, 'clickhouse'),
    clickhouseUrl: join(path, 'clickhouse-url'),
    devKey: join(path, 'dev-key'),
    stateFile: (stage) => join(path, 'state', `${stage}.db`),
  }
}
