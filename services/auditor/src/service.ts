import type { Access } from '@watchword/access'
import type { Clickhouse } from '@watchword/clickhouse'
import type { Codecs } from '@watchword/contracts'
import type { EventLog } from '@watchword/event-log'
import type { HttpServer, Logger, Readiness } from '@watchword/service-kit'
import type { Registry } from 'prom-client'
import { createAuditMetrics } from './audit-metrics.ts'
import { type AuditSink, type AuditSinkConfig, startAuditSink } from './audit-sink.ts'
import { createLedSink } from './led-sink.ts'
import { registerReportingRoutes } from './reporting-routes.ts'

export type AuditorConfig = AuditSinkConfig &
  Readonly<{
    freshWithinMs: number
    /** Whether there may be other replicas, of which one stores; a process that is alone stores from its start. */
    replicas: 'one' | 'several'
  }>

/** Defaults: one replica; records wait 1 s at most, 10 000 or 16 MiB together, a repeated insert after 200 ms, a report waits 2 s for what was acknowledged before it. */
export const auditorDefaults: AuditorConfig = {
  flushIntervalMs: 1_000,
  batchRowsMax: 10_000,
  batchBytesMax: 16 * 1_048_576,
  retryMs: 200,
  freshWithinMs: 2_000,
  replicas: 'one',
}

export type AuditorDeps = Readonly<{
  log: EventLog
  codecs: Codecs
  access: Access
  /** A client whose database has the tables of `auditMigrations`. */
  client: Clickhouse
  logger: Logger
  metrics: Registry
  onFatal: (error: Error) => void
}>

/** Remembers everything, and answers questions about it. */
export interface Auditor {
  readonly sink: AuditSink
  routes(server: HttpServer): void
  ready(): Readiness
  stop(): Promise<void>
}

export async function createAuditor(config: AuditorConfig, deps: AuditorDeps): Promise<Auditor> {
  const { access, log, client } = deps
  const metrics = createAuditMetrics(deps.metrics)
  const startSink = (mayStore?: () => boolean): Promise<AuditSink> =>
    startAuditSink(config, { ...deps, metrics, ...(mayStore === undefined ? {} : { mayStore }) })
  const sink =
    config.replicas === 'one' ? await startSink() : await createLedSink({ ...deps, startSink, retryMs: config.retryMs })
  return {
    sink,
    routes: (server) =>
      registerReportingRoutes(server, { access, log, client, sink, freshWithinMs: config.freshWithinMs }),
    ready: () =>
      sink.failingMs() < 30_000 ? { ready: true } : { ready: false, detail: 'inserts have been failing for 30 s' },
    stop: () => sink.stop(),
  }
}
