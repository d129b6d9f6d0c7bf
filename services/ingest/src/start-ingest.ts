import { type ServiceHost, type StartedService, tracedRoutes } from '@watchword/service-host'
import { bootstrapAccess } from './bootstrap-access.ts'
import type { IngestConfig } from './config.ts'
import type { BootstrapConfig } from './process-config.ts'
import { createIngest } from './service.ts'

export type IngestStart = Readonly<{
  ingest: IngestConfig
  /** Nothing where somebody else makes the first key. */
  bootstrap?: BootstrapConfig
}>

/** Starts ingest in a process. */
export async function startIngest({ ingest, bootstrap }: IngestStart, host: ServiceHost): Promise<StartedService> {
  const { lifecycle, clock, newId, logger, metrics, onFatal } = host
  const { log, codecs } = await host.engine()
  const spans = host.spansOf('ingest')
  const access = await host.access()
  const policies = await host.policies()
  if (bootstrap !== undefined) await bootstrapAccess(bootstrap, { access, logger })
  const service = await createIngest(ingest, {
    log: spans?.appends(log) ?? log,
    codecs,
    access,
    policies,
    clock,
    newId,
    logger,
    metrics,
    onFatal,
  })
  lifecycle.defer('ingest', () => service.stop())
  return { checks: { ingest: () => service.ready() }, routes: tracedRoutes(spans, (server) => service.routes(server)) }
}
