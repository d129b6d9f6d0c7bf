import { auditMigrations } from '@watchword/auditor'
import { createClickhouse, planMigrations } from '@watchword/clickhouse'
import { type Finding, failed, failedBy, passed } from './finding.ts'
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

async function tables(login: Login, check: string): Promise<readonly Finding[]> {
  const client = createClickhouse({ ...login, requestTimeoutMs: 10_000 })
  try {
    const { applied, pending, unknown } = await planMigrations(client, auditMigrations)
    const setting = 'clickhouse.database'
    if (unknown.length > 0) {
      const detail = `a newer build has made its tables (${unknown.join(', ')})`
      return [failed('migrations-newer', { check, setting, detail })]
    }
    if (pending.length === 0) return [passed(check, `it has all ${applied.length} migrations`)]
    const detail = `${pending.length} of ${auditMigrations.length} migrations are not applied`
    return [failed('migrations-pending', { check, setting, detail })]
  } catch (error) {
    return [failedBy(error, { check, setting: settingOf(error, 'clickhouse.username') })]
  } finally {
    await client.close()
  }
}

async function letsIn(login: Login, check: string): Promise<readonly Finding[]> {
  const client = createClickhouse({ ...login, requestTimeoutMs: 10_000 })
  try {
    await client.ping()
    return []
  } catch (error) {
    return [failedBy(error, { check, setting: settingOf(error, 'clickhouse.readerUsername') })]
  } finally {
    await client.close()
  }
}

/** The key at fault: who one is, or where the server is. */
function settingOf(error: unknown, login: string): string {
  return error instanceof Error && 'code' in error && error.code === 'clickhouse-access-refused'
    ? login
    : 'clickhouse.url'
}
