import { randomBytes } from 'node:crypto'
import { type Access, createAccess } from '@watchword/access'
import { auditorDefaults, createAuditor } from '@watchword/auditor'
import { createIngest } from '@watchword/ingest'
import { createPolicies } from '@watchword/policy'
import { createScorer } from '@watchword/scorer'
import {
  createStageMetrics,
  createUnreadableRecords,
  openEmbeddedEngine,
  serve,
  version,
} from '@watchword/service-host'
import { createIds, createMetrics, type HttpServer, type Lifecycle, type Logger } from '@watchword/service-kit'
import { createSessionGuard, loadOrCreateSecrets, sessionGuardDefaults } from '@watchword/session-guard'
import { systemClock } from '@watchword/stream'
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
  access: Access
  clickhouseUrl: string
}>

/** Starts all services over the embedded engines in one data folder, behind one port. */
export async function startPlatform(config: PlatformConfig, deps: PlatformDeps): Promise<Platform> {
  const { logger, lifecycle, onFatal } = deps
  const folder = openDataFolder(config.data.directory)
  const metrics = createMetrics({ service: 'watchword', version })
  const stageMetrics = createStageMetrics({ metrics, logger })
  const newId = createIds()

  const { log, codecs, openState } = await openEmbeddedEngine(folder, { logger, lifecycle, onFatal })
  // ClickHouse takes a second to start; the rest comes up meanwhile.
  const database = openAuditDatabase(config.clickhouse, folder, { logger, lifecycle })
  database.catch(() => undefined)

  const unreadable = createUnreadableRecords({ metrics, logger })
  const access = await createAccess({
    log,
    codecs,
    clock: systemClock,
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
    onFatal,
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

  let key = ''
  const { url } = await serve(
    { ...config.server, title: 'Watchword' },
    {
      logger,
      metrics,
      newId,
      lifecycle,
      checks: {
        ingest: () => ingest.ready(),
        scorer: () => scorer.ready(),
        guard: () => guard.ready(),
        auditor: () => auditor.ready(),
      },
      async routes(server, address) {
        await ingest.routes(server)
        guard.routes(server)
        guard.attachWebSocket(server.server)
        auditor.routes(server)
        key = await firstKey(access, folder.devKey, originsOf(address))
        await deps.extend?.(server, { url: address, key })
      },
    },
  )
  return { url, key, access, clickhouseUrl }
}

/** Where a browser on this machine finds the demo. */
function originsOf(address: string): readonly string[] {
  return ['localhost', '127.0.0.1'].map((hostname) => Object.assign(new URL(address), { hostname }).origin)
}
