import { startAuditor } from '@watchword/auditor'
import { startIngest } from '@watchword/ingest'
import { loadOrCreateReportKey, startNotifier } from '@watchword/notifier'
import { startScorer } from '@watchword/scorer'
import { createServiceHost, openTracing, serve, version } from '@watchword/service-host'
import type { HttpServer, Lifecycle, Logger } from '@watchword/service-kit'
import { loadOrCreateSecrets, startSessionGuard } from '@watchword/session-guard'
import { openAuditDatabase } from './audit-database.ts'
import { openDataFolder } from './data-folder.ts'
import { firstKey } from './first-key.ts'
import type { PlatformConfig } from './platform-config.ts'
import { proposePolicyFile } from './policy-file.ts'

export type PlatformDeps = Readonly<{
  logger: Logger
  /** Everything started is deferred here; the owner stops it. */
  lifecycle: Lifecycle
  /** A fault after which the process should end and start again. */
  onFatal: (error: Error) => void
  /** Adds what else is served on the same port, before it listens. */
  extend?: (server: HttpServer, platform: Readonly<{ url: string; key: string }>) => Promise<void>
}>

/** A running platform. */
export type Platform = Readonly<{
  url: string
  /** The development key, with every scope. */
  key: string
  clickhouseUrl: string
}>

/** Starts all services over the embedded engines in one data folder, behind one port. */
export async function startPlatform(config: PlatformConfig, deps: PlatformDeps): Promise<Platform> {
  const { logger, lifecycle, onFatal } = deps
  const folder = openDataFolder(config.data.directory)
  const engine = { kind: 'embedded', files: folder } as const
  // First, so that it ends last: what the others do at their end is traced too.
  const tracing = await openTracing(config.tracing, { version, logger, lifecycle })
  const host = createServiceHost({ service: 'watchword', engine }, { logger, lifecycle, onFatal, tracing })
  await host.engine()
  // ClickHouse takes a second to start; the rest comes up meanwhile.
  const database = openAuditDatabase(config.clickhouse, folder, { logger, lifecycle })
  database.catch(() => undefined)

  await proposePolicyFile(config.policy.file, await host.policies())
  const secrets = await loadOrCreateSecrets(folder.secrets, host)
  // One for both: what one of them signs the other takes.
  const reportKey = config.notifier.reportKey ?? config.guard.reportKey ?? (await loadOrCreateReportKey(folder.secrets))
  const services = [
    await startIngest({ ingest: config.ingest }, host),
    await startScorer(host),
    await startSessionGuard({ guard: { ...config.guard, reportKey }, secrets }, host),
    await startNotifier({ notifier: { ...config.notifier, reportKey } }, host),
    await startAuditor({ clickhouse: await database, audit: config.audit, data: { directory: folder.path } }, host),
  ]

  let key = ''
  const { url } = await serve(
    { ...config.server, title: 'Watchword' },
    {
      ...host,
      checks: Object.assign({}, ...services.map(({ checks }) => checks)),
      async routes(server, address) {
        for (const service of services) await service.routes(server, address)
        key = await firstKey(await host.access(), folder.devKey, { ...config.bootstrap, origins: originsOf(address) })
        await deps.extend?.(server, { url: address, key })
      },
    },
  )
  return { url, key, clickhouseUrl: (await database).url }
}

/** Where a browser on this machine finds the demo. */
function originsOf(address: string): readonly string[] {
  return ['localhost', '127.0.0.1'].map((hostname) => Object.assign(new URL(address), { hostname }).origin)
}
