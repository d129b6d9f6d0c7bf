import { randomBytes } from 'node:crypto'
import { type Access, createAccess } from '@watchword/access'
import { auditorDefaults, createAuditor } from '@watchword/auditor'
import { createCodecs, createEmbeddedRegistry } from '@watchword/contracts'
import { createIngest } from '@watchword/ingest'
import { createPolicies } from '@watchword/policy'
import { createScorer } from '@watchword/scorer'
import {
  createHttpServer,
  createIds,
  createMetrics,
  freePort,
  type HttpServer,
  type Lifecycle,
  type Logger,
  registerHealthRoutes,
} from '@watchword/service-kit'
import { createSessionGuard, loadOrCreateSecrets, sessionGuardDefaults } from '@watchword/session-guard'
import { systemClock } from '@watchword/stream'
import { openAuditDatabase } from './audit-database.ts'
import { openDataFolder } from './data-folder.ts'
import { openEmbeddedLog } from './embedded-log.ts'
import { firstKey } from './first-key.ts'
import type { PlatformConfig } from './platform-config.ts'
import { proposePolicyFile } from './policy-file.ts'
import { createStageMetrics } from './stage-metrics.ts'
import { createUnreadableRecords } from './unreadable-records.ts'

export const version = '0.1.0'

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
  access: Access
  clickhouseUrl: string
}>

/** Starts all services over the embedded engines in one data folder, behind one port. */
export async function startPlatform(config: PlatformConfig, deps: PlatformDeps): Promise<Platform> {
  const { logger, lifecycle, onFatal } = deps
  const folder = openDataFolder(config.data.directory)
  const metrics = createMetrics({ service: 'watchword', version })
  const stageMetrics = createStageMetrics(metrics)
  const now = () => systemClock.now()
  const newId = createIds()

  const { log, openState } = await openEmbeddedLog(folder, { logger, lifecycle, onFatal })
  const codecs = await createCodecs(createEmbeddedRegistry(folder.registry))
  // ClickHouse takes a second to start; the rest comes up meanwhile.
  const database = openAuditDatabase(config.clickhouse, folder, { logger, lifecycle })
  database.catch(() => undefined)

  const unreadable = createUnreadableRecords({ metrics, logger })
  const access = await createAccess({
    log,
    codecs,
    now,
    randomBytes,
    onFault: onFatal,
    onUnreadable: unreadable,
  })
  lifecycle.defer('access', () => access.stop())
  const policies = await createPolicies({ log, codecs, clock: systemClock, onFault: onFatal, onUnreadable: unreadable })
  lifecycle.defer('policies', () => policies.stop())
  await proposePolicyFile(config.policy.file, policies)

  const scorer = await createScorer({ log, codecs, policies, clock: systemClock, openState, stageMetrics, onFatal })
  lifecycle.defer('scorer', () => scorer.stop())
  const secrets = await loadOrCreateSecrets(folder.secrets, { randomBytes })
  const guard = await createSessionGuard(
    { ...sessionGuardDefaults, ...config.guard },
    {
      log,
      codecs,
      access,
      policies,
      secrets,
      clock: systemClock,
      newId,
      randomBytes,
      openState,
      stageMetrics,
      logger,
      metrics,
      onFatal,
    },
  )
  lifecycle.defer('session-guard', () => guard.stop())
  const ingest = createIngest(config.ingest, {
    log,
    codecs,
    access,
    policies,
    clock: systemClock,
    newId,
    logger,
    metrics,
  })
  await ingest.start()
  lifecycle.defer('ingest', () => ingest.stop())
  const { client, url: clickhouseUrl } = await database
  const auditor = await createAuditor(auditorDefaults, {
    log,
    codecs,
    access,
    client,
    logger,
    metrics,
    onFault: onFatal,
  })
  lifecycle.defer('auditor', () => auditor.stop())

  const server = await createHttpServer({ title: 'Watchword', version }, { logger, metrics, newId })
  registerHealthRoutes(
    server,
    {},
    {
      metrics,
      logger,
      checks: {
        ingest: () => ingest.ready(),
        scorer: () => scorer.ready(),
        guard: () => guard.ready(),
        auditor: () => auditor.ready(),
      },
    },
  )
  await ingest.routes(server)
  guard.routes(server)
  guard.attachWebSocket(server.server)
  auditor.routes(server)
  server.get('/openapi.json', { schema: { hide: true } }, async () => server.swagger())

  const { host } = config.server
  const port = config.server.port || (await freePort(host))
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`
  const key = await firstKey(access, folder.devKey, originsOf(port))
  await deps.extend?.(server, { url, key })
  await server.listen({ host, port })
  lifecycle.defer('http server', () => server.close())
  return { url, key, access, clickhouseUrl }
}

/** Where a browser on this machine finds the demo. */
function originsOf(port: number): readonly string[] {
  return [`http://localhost:${port}`, `http://127.0.0.1:${port}`]
}
