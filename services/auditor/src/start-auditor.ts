import { randomBytes } from 'node:crypto'
import { createAccess } from '@watchword/access'
import { createClickhouse, migrate } from '@watchword/clickhouse'
import type { ServiceHost } from '@watchword/service-host'
import { auditMigrations } from './audit-schema.ts'
import { auditorDefaults, createAuditor } from './auditor.ts'
import type { AuditorProcessConfig } from './process-config.ts'

/** Starts the auditor as a process of its own; of several one stores, and all answer questions. */
export async function startAuditor({ clickhouse }: AuditorProcessConfig, host: ServiceHost): Promise<void> {
  const { lifecycle, clock, logger, metrics, onFatal, onUnreadable } = host
  const client = createClickhouse(clickhouse)
  lifecycle.defer('clickhouse client', () => client.close())
  await migrate(client, auditMigrations)
  const { log, codecs } = await host.openEngine()
  const access = await createAccess({ log, codecs, clock, randomBytes, onFault: onFatal, onUnreadable })
  lifecycle.defer('access', () => access.stop())
  const auditor = await createAuditor(
    { ...auditorDefaults, replicas: 'several' },
    { log, codecs, access, client, logger, metrics, onFault: onFatal },
  )
  lifecycle.defer('auditor', () => auditor.stop())
  await host.serve({
    checks: { auditor: () => auditor.ready() },
    async routes(server) {
      auditor.routes(server)
    },
  })
}
