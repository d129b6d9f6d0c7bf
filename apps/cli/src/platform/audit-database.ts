import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { startEmbeddedClickhouse } from '@watchword/clickhouse'
import { type Lifecycle, type Logger, readOrCreateSecretFile } from '@watchword/service-kit'
import type { DataFolder } from './data-folder.ts'
import type { PlatformConfig } from './platform-config.ts'

export type AuditDatabaseDeps = Readonly<{ logger: Logger; lifecycle: Lifecycle }>

/** Where the audit is stored, and as whom. */
export type AuditDatabase = Readonly<{ url: string; username: string; password?: string; database: string }>

/** The ClickHouse of the configuration, or the embedded engine in the data folder, which answers when it resolves. */
export async function openAuditDatabase(
  config: PlatformConfig['clickhouse'],
  folder: DataFolder,
  deps: AuditDatabaseDeps,
): Promise<AuditDatabase> {
  const { url, httpPort: _, ...access } = config
  return url === undefined ? startEmbedded(config, folder, deps) : { url, ...access }
}

/** Starts the engine with two users: `watchword` for this process, and `grafana`, which only reads. */
async function startEmbedded(
  { httpPort, database }: PlatformConfig['clickhouse'],
  folder: DataFolder,
  { logger, lifecycle }: AuditDatabaseDeps,
): Promise<AuditDatabase> {
  const [own, grafana] = await Promise.all(
    ['watchword', 'grafana'].map(async (name) => ({ name, password: await passwordOf(folder, name) })),
  )
  if (!own || !grafana) throw new TypeError('two users were asked for')
  const users = [own, { ...grafana, readsOnly: database }]
  const server = await startEmbeddedClickhouse({ directory: folder.clickhouse, httpPort, users }, { logger })
  lifecycle.defer('embedded clickhouse', () => server.stop())
  return { url: server.url, username: own.name, password: own.password, database }
}

async function passwordOf(folder: DataFolder, user: string): Promise<string> {
  const file = join(folder.secrets, `clickhouse-${user}`)
  return (await readOrCreateSecretFile(file, () => randomBytes(24).toString('base64url'))).toString()
}
