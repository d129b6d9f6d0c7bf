import { randomBytes } from 'node:crypto'
import { createAccess } from '@watchword/access'
import { createPolicies } from '@watchword/policy'
import type { ServiceHost } from '@watchword/service-host'
import { bootstrapAccess } from './bootstrap-access.ts'
import type { IngestProcessConfig } from './process-config.ts'
import { createIngest } from './service.ts'

/** Starts ingest as a process of its own. */
export async function startIngest(config: IngestProcessConfig, host: ServiceHost): Promise<void> {
  const { lifecycle, clock, newId, logger, metrics, onFatal, onUnreadable } = host
  const { log, codecs } = await host.openEngine()
  const access = await createAccess({ log, codecs, clock, randomBytes, onFault: onFatal, onUnreadable })
  lifecycle.defer('access', () => access.stop())
  const policies = await createPolicies({ log, codecs, clock, onFault: onFatal, onUnreadable })
  lifecycle.defer('policies', () => policies.stop())
  await bootstrapAccess(config.bootstrap, { access, logger })
  const ingest = createIngest(config.ingest, {
    log,
    codecs,
    access,
    policies,
    clock,
    newId,
    logger,
    metrics,
    onFatal,
  })
  await ingest.start()
  lifecycle.defer('ingest', () => ingest.stop())
  await host.serve({ checks: { ingest: () => ingest.ready() }, routes: (server) => ingest.routes(server) })
}
