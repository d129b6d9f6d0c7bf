import { auditMigrations } from '@watchword/auditor'
import { type Clickhouse, createClickhouse, planMigrations } from '@watchword/clickhouse'
import { checked, type Finding, failed, failedBy, passed } from './finding.ts'
import type { ServiceConfig } from './service-setup.ts'

/** A server, and who the platform is to it. */
export type ClickhouseLogin = NonNullable<ServiceConfig['clickhouse']>

/** Whether the server knows the users that write and read, and has the tables of this build. */
export async function examineClickhouse(config: ClickhouseLogin, check: string): Promise<readonly Finding[]> {
  const { url, username, password, database, readerUsername, readerPassword } = config
  const writer = { username, ...(password === undefined ? {} : { password }) }
  const reader = {
    ...(readerUsername === undefined ? {} : { username: readerUsername }),
    ...(readerPassword === undefined ? {} : { password: readerPassword }),
  }
  const findings = await tables({ url, database, ...writer }, check)
  if (readerUsername === undefined || findings.some(({ ok }) => !ok)) return findings
  return [...findings, ...(await letsIn({ url, database, ...reader }, check))]
}

type Login = Readonly<{ url: string; username?: string; password?: string; database: string }>

function tables(login: Login, check: string): Promise<readonly Finding[]> {
  return asked(login, { check, user: 'clickhouse.username' }, async (client) => {
    const { applied, pending, unknown } = await planMigrations(client, auditMigrations)
    const setting = 'clickhouse.database'
    if (unknown.length > 0) {
      const detail = `a newer build has made its tables (${unknown.join(', ')})`
      return [failed('migrations-newer', { check, setting, detail })]
    }
    if (pending.length === 0) return [passed(check, `it has all ${applied.length} migrations`)]
    const detail = `${pending.length} of ${auditMigrations.length} migrations are not applied`
    return [failed('migrations-pending', { check, setting, detail })]
  })
}

function letsIn(login: Login, check: string): Promise<readonly Finding[]> {
  return asked(login, { check, user: 'clickhouse.readerUsername' }, async (client) => {
    await client.ping()
    return []
  })
}

/** What is found with a client of its own; `user` is the key of who it is. */
async function asked(
  login: Login,
  { check, user }: Readonly<{ check: string; user: string }>,
  find: (client: Clickhouse) => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  const fault = (error: unknown): readonly Finding[] => [failedBy(error, { check, setting: settingOf(error, user) })]
  let client: Clickhouse
  try {
    client = createClickhouse({ ...login, requestTimeoutMs: 10_000 })
  } catch (error) {
    return fault(error)
  }
  const findings = await find(client).catch(fault)
  const closed = await checked({ check, setting: 'clickhouse.url' }, async () => {
    await client.close()
    return []
  })
  return [...findings, ...closed]
}

/** The key at fault: who one is, or where the server is. */
function settingOf(error: unknown, user: string): string {
  return error instanceof Error && 'code' in error && error.code === 'clickhouse-access-refused'
    ? user
    : 'clickhouse.url'
}
