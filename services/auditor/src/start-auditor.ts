import { createClickhouse, migrate } from '@watchword/clickhouse'
import type { ServiceHost, StartedService } from '@watchword/service-host'
import { auditMigrations } from './audit-schema.ts'
import { auditorDefaults, createAuditor } from './service.ts'
import type { AuditorProcessConfig } from './process-config.ts'

/** Starts the auditor in a process; of several on one log one stores, and all answer questions. */
export async function startAuditor(
  { clickhouse }: Pick<AuditorProcessConfig, 'clickhouse'>,
  host: ServiceHost,
): Promise<StartedService> {
  const { lifecycle, logger, metrics, onFatal } = host
  const client = createClickhouse(clickhouse)
  lifecycle.defer('clickhouse client', () => client.close())
  await migrate(client, auditMigrations)
  const { log, codecs, shared } = await host.engine()
  const auditor = await createAuditor(
    { ...auditorDefaults, replicas: shared ? 'several' : 'one' },
    { log, codecs, access: await host.access(), client, logger, metrics, onFatal },
  )
  lifecycle.defer('auditor', () => auditor.stop())
  return { checks: { auditor: () => auditor.ready() }, routes: async (server) => auditor.routes(server) }
}
