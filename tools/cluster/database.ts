import { randomBytes } from 'node:crypto'
import { type EmbeddedClickhouse, startEmbeddedClickhouse } from '@watchword/clickhouse'
import { createLogger } from '@watchword/service-kit'

/** ClickHouse for a cluster on this machine, at one address for as long as it is. */
export interface ClusterDatabase {
  readonly url: string
  readonly username: string
  readonly password: string
  /** Of the user `grafana`, who reads the audit. */
  readonly grafanaPassword: string
  /** Kills the server without warning; nobody listens until it is started again. */
  kill(): Promise<void>
  /** Resolves when it answers; does nothing while it runs. */
  start(): Promise<void>
}

/** Starts a server over the folder, with a user for the auditor and one who reads, each with a password of its own. */
export async function startClusterDatabase(directory: string): Promise<ClusterDatabase> {
  const username = 'watchword'
  const [password, grafanaPassword] = [newPassword(), newPassword()]
  const users = [
    { name: username, password },
    { name: 'grafana', password: grafanaPassword, readsOnly: 'watchword' },
  ]
  const logger = createLogger({ service: 'cluster', version: '0', level: 'silent' })
  const start = (httpPort: number): Promise<EmbeddedClickhouse> =>
    startEmbeddedClickhouse({ directory, httpPort, users }, { logger })
  const first = await start(0)
  let running: EmbeddedClickhouse | undefined = first
  return {
    url: first.url,
    username,
    password,
    grafanaPassword,
    async kill() {
      await running?.stop()
      running = undefined
    },
    async start() {
      running ??= await start(Number(new URL(first.url).port))
    },
  }
}

function newPassword(): string {
  return randomBytes(24).toString('base64url')
}
