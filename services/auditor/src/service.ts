import type { Access } from '@watchword/access'
import type { Clickhouse } from '@watchword/clickhouse'
import type { Codecs } from '@watchword/contracts'
import type { EventLog } from '@watchword/event-log'
import type { ServiceSpans } from '@watchword/service-host'
import type { HttpServer, Logger, Readiness } from '@watchword/service-kit'
import type { Registry } from 'prom-client'
import { createAuditMetrics } from './audit-metrics.ts'
import type { CheckpointSigner } from './chain/checkpoint.ts'
import type { CheckpointPlace } from './chain/checkpoint-places.ts'
import { type Checkpoints, type CheckpointsConfig, startCheckpoints } from './chain/checkpoints.ts'
import { type AuditSink, type AuditSinkConfig, startAuditSink } from './audit-sink.ts'
import { createLedSink } from './led-sink.ts'
import { registerReportingRoutes } from './reporting-routes.ts'
import { registerAnomalyRoutes } from './reports/anomalies-route.ts'
import { registerAuditRoute } from './reports/audit-route.ts'
import { registerLocksRoute } from './reports/locks-route.ts'
import { registerProfileRoute } from './reports/profile-route.ts'
import { registerProofRoute } from './reports/proof-route.ts'
import { registerSessionsRoute } from './reports/sessions-route.ts'
import { registerStatsRoutes } from './reports/stats-route.ts'

export type AuditorConfig = AuditSinkConfig &
  CheckpointsConfig &
  Readonly<{
    freshWithinMs: number
    /** Whether there may be other replicas, of which one stores; a process that is alone stores from its start. */
    replicas: 'one' | 'several'
  }>

/**
 * Defaults: one replica; records wait 3 s at most, 10 000 or 16 MiB together, a repeated insert after 200 ms, a report waits 2 s for what was acknowledged before it,
 * checkpoints a minute apart.
 */
export const auditorDefaults: AuditorConfig = {
  flushIntervalMs: 3_000,
  batchRowsMax: 10_000,
  batchBytesMax: 16 * 1_048_576,
  retryMs: 200,
  freshWithinMs: 2_000,
  checkpointIntervalMs: 60_000,
  replicas: 'one',
}

export type AuditorDeps = Readonly<{
  log: EventLog
  codecs: Codecs
  access: Access
  /** A client whose database has the tables of `auditMigrations`. */
  client: Clickhouse
  /** Asks for reports; may be a user who only reads. */
  reader: Clickhouse
  /** Signs checkpoints of the chains. */
  signer: CheckpointSigner
  /** Where checkpoints are kept beside the database. */
  checkpointPlaces: readonly CheckpointPlace[]
  logger: Logger
  metrics: Registry
  /** Records spans; undefined where nothing is traced. */
  spans?: Pick<ServiceSpans, 'batch'> | undefined
  /** Epoch milliseconds. */
  now: () => number
  onFatal: (error: Error) => void
}>

/** Remembers everything, and answers questions about it. */
export interface Auditor {
  readonly sink: AuditSink
  readonly checkpoints: Checkpoints
  routes(server: HttpServer): void
  ready(): Readiness
  stop(): Promise<void>
}

export async function createAuditor(config: AuditorConfig, deps: AuditorDeps): Promise<Auditor> {
  const { access, log } = deps
  const metrics = createAuditMetrics(deps.metrics)
  const startSink = (mayStore?: () => boolean): Promise<AuditSink> =>
    startAuditSink(config, { ...deps, metrics, ...(mayStore === undefined ? {} : { mayStore }) })
  const sink =
    config.replicas === 'one' ? await startSink() : await createLedSink({ ...deps, startSink, retryMs: config.retryMs })
  const checkpoints = startCheckpoints(config, {
    ...deps,
    metrics,
    places: deps.checkpointPlaces,
    heads: () => sink.heads(),
  })
  return {
    sink,
    checkpoints,
    routes(server) {
      const { reader, now } = deps
      const reports = { access, reader, now, freshened: () => sink.caughtUp(config.freshWithinMs) }
      registerReportingRoutes(server, { access, log, client: reader, sink, freshWithinMs: config.freshWithinMs })
      for (const register of [
        registerProfileRoute,
        registerSessionsRoute,
        registerLocksRoute,
        registerAuditRoute,
        registerStatsRoutes,
        registerAnomalyRoutes,
      ])
        register(server, reports)
      registerProofRoute(server, { ...reports, publicJwk: deps.signer.publicJwk })
    },
    ready: () =>
      sink.failingMs() < 30_000 ? { ready: true } : { ready: false, detail: 'inserts have been failing for 30 s' },
    async stop() {
      await sink.stop()
      // After the last record, so that all of them are signed.
      await checkpoints.stop()
    },
  }
}
