import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startEmbeddedClickhouse } from '@watchword/clickhouse'
import { type Lifecycle, type Logger, readOrCreateSecretFile } from '@watchword/service-kit'
import type { DataFolder } from './data-folder.ts'
import type { PlatformConfig } from './platform-config.ts'

export type AuditDatabaseDeps = Readonly<{ logger: Logger; lifecycle: Lifecycle }>

/** Where the audit is stored, and as whom. */
export type AuditDatabase = Omit<PlatformConfig['clickhouse'], 'url' | 'httpPort'> & Readonly<{ url: string }>

/** The ClickHouse of the configuration, or the embedded engine in the data folder, which answers when it resolves. */
export async function openAuditDatabase(
  config: PlatformConfig['clickhouse'],
  folder: DataFolder,
  deps: AuditDatabaseDeps,
): Promise<AuditDatabase> {
  const { url, httpPort: _, ...access } = config
  return url === undefined ? startEmbedded(config, folder, deps) : { url, ...access }
}

/** Starts the engine with three users: `watchword` for this process, `reports` and `grafana`, who only read. */
async function startEmbedded(
  { httpPort, database }: Pick<PlatformConfig['clickhouse'], 'httpPort' | 'database'>,
  folder: DataFolder,
  { logger, lifecycle }: AuditDatabaseDeps,
): Promise<AuditDatabase> {
  const [own, reports, grafana] = await Promise.all([
    userOf(folder, 'watchword'),
    userOf(folder, 'reports'),
    userOf(folder, 'grafana'),
  ])
  const users = [own, { ...reports, readsOnly: database }, { ...grafana, readsOnly: database }]
  const server = await startEmbeddedClickhouse({ directory: folder.clickhouse, httpPort, users }, { logger })
  lifecycle.defer('embedded clickhouse', () => server.stop())
  await writeFile(folder.clickhouseUrl, `${server.url}\n`, { mode: 0o600 })
  return {
    url: server.url,
    username: own.name,
    password: own.password,
    readerUsername: reports.name,
    readerPassword: reports.password,
    database,
  }
}

/** A user of the embedded engine, with the password that the folder keeps for it. */
export async function userOf(folder: DataFolder, name: string): Promise<Readonly<{ name: string; password: string }>> {
  const file = join(folder.secrets, `clickhouse-${name}`)
  const password = await readOrCreateSecretFile(file, () => randomBytes(24).toString('base64url'))
  return { name, password: password.toString() }
}
