import { existsSync, readFileSync } from 'node:fs'
import { type AuditDatabase, openAuditDatabase, userOf } from '../platform/audit-database.ts'
import { auditSettings, checkRetention, clickhouseAccess, type Retention } from '@watchword/auditor'
import { type Clickhouse, createClickhouse } from '@watchword/clickhouse'
import { createLifecycle, createLogger, loadConfig } from '@watchword/service-kit'
import { version } from '@watchword/service-host'
import type { Command } from 'commander'
import { Type } from 'typebox'
import { readConfigFile } from '../config-file.ts'
import { type DataFolder, openDataFolder } from '../platform/data-folder.ts'
import { type Terminal, UsageError } from '../terminal.ts'

/** Options of the commands that go to the database of the audit itself. */
export type AuditClientOptions = Readonly<{ clickhouse?: string; config?: string; data: string }>

const schema = Type.Object({
  clickhouse: Type.Object({ url: Type.Optional(Type.String()), ...clickhouseAccess }),
  audit: Type.Object(auditSettings),
})

/** Of the section audit, how long records are kept: what else is in it, files with secrets among it, is the auditor's. */
const variables = /^WATCHWORD_(CLICKHOUSE_|AUDIT_\w+_RETENTION_DAYS$)/

/** Adds `--clickhouse`, `--config` and `--data`. */
export function withAuditOptions(command: Command): Command {
  return command
    .option(
      '--clickhouse <url>',
      'the HTTP interface of a ClickHouse server; default: the embedded one of the data folder',
    )
    .option(
      '--config <file>',
      'a YAML file with the sections clickhouse and audit; WATCHWORD_CLICKHOUSE_* and WATCHWORD_AUDIT_*_RETENTION_DAYS win over it',
    )
    .option('--data <directory>', 'the data folder', '.watchword')
}

/** Where the audit is, the cluster that its tables are on, and how long they keep their rows. */
export type AuditClient = Readonly<{ client: Clickhouse; cluster: string | undefined; retention: Retention }>

/**
 * Works with the database that options, environment and file name, options first; without one with the embedded one of the data folder: as it
 * runs, or started for as long as the work takes. Throws a UsageError or a ConfigError.
 */
export async function withAuditClient<Answer>(
  options: AuditClientOptions,
  terminal: Terminal,
  work: (audit: AuditClient) => Promise<Answer>,
): Promise<Answer> {
  const { clickhouse, audit: retention } = loadConfig(schema, {
    ...(options.config === undefined ? {} : { file: readConfigFile(options.config) }),
    env: terminal.env,
    // The environment of a platform has variables that this command has no use for.
    foreignVariables: (name) => !variables.test(name),
    readFile: (path) => readFileSync(path, 'utf8'),
  })
  checkRetention(retention)
  const { url, cluster, ...access } = clickhouse
  const where = options.clickhouse ?? url
  if (where !== undefined) return using({ ...access, url: where }, (client) => work({ client, cluster, retention }))
  if (!existsSync(options.data)) throw new UsageError(`no --clickhouse, and no data folder ${options.data}`)
  return withEmbedded(openDataFolder(options.data), access.database, (client) =>
    work({ client, cluster: undefined, retention }),
  )
}

async function withEmbedded<Answer>(
  folder: DataFolder,
  database: string,
  work: (client: Clickhouse) => Promise<Answer>,
): Promise<Answer> {
  const running = await runningEngine(folder, database)
  if (running !== undefined) return using(running, work)
  const logger = createLogger({ service: 'watchword', version, level: 'silent' })
  const lifecycle = createLifecycle({}, { logger })
  try {
    const started = await openAuditDatabase({ username: 'watchword', database, httpPort: 0 }, folder, {
      logger,
      lifecycle,
    })
    return await using(started, work)
  } finally {
    await lifecycle.stop()
  }
}

type Login = Pick<AuditDatabase, 'url' | 'username' | 'password' | 'database'>

/** The engine of the folder, if one runs. */
async function runningEngine(folder: DataFolder, database: string): Promise<Login | undefined> {
  if (!existsSync(folder.clickhouseUrl)) return undefined
  const { name, password } = await userOf(folder, 'watchword')
  const login = { url: readFileSync(folder.clickhouseUrl, 'utf8').trim(), username: name, password, database }
  return (await answers(login)) ? login : undefined
}

async function answers(login: Login): Promise<boolean> {
  const visitor = createClickhouse({ ...login, database: 'default' })
  try {
    await visitor.ping()
    return true
  } catch {
    // Nobody is there any more, or somebody else.
    return false
  } finally {
    await visitor.close()
  }
}

async function using<Answer>(login: Login, work: (client: Clickhouse) => Promise<Answer>): Promise<Answer> {
  const { url, username, password, database } = login
  // A chain is read whole before its first byte comes.
  const client = createClickhouse({
    url,
    username,
    ...(password === undefined ? {} : { password }),
    database,
    requestTimeoutMs: 600_000,
  })
  try {
    return await work(client)
  } finally {
    await client.close()
  }
}
