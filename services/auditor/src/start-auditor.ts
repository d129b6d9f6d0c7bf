import { join } from 'node:path'
import { createClickhouse, migrate } from '@watchword/clickhouse'
import { type ServiceHost, type StartedService, tracedRoutes } from '@watchword/service-host'
import { auditMigrations } from './audit-schema.ts'
import { type CheckpointPlace, checkpointFile, checkpointUrl } from './chain/checkpoint-places.ts'
import { createCheckpointSigner } from './chain/checkpoint.ts'
import { loadOrCreateSigningJwk, parseSigningJwk } from './chain/signing-key.ts'
import { applyRetention } from './retention/apply-retention.ts'
import { checkRetention } from './retention/retention-settings.ts'
import { auditorDefaults, createAuditor } from './service.ts'
import type { AuditorProcessConfig } from './process-config.ts'

/** Starts the auditor in a process; of several on one log one stores, and all answer questions. */
export async function startAuditor(
  config: Pick<AuditorProcessConfig, 'clickhouse' | 'audit' | 'data'>,
  host: ServiceHost,
): Promise<StartedService> {
  const { lifecycle, logger, metrics, onFatal } = host
  checkRetention(config.audit)
  const { cluster, readerUsername: _, readerPassword: __, ...access } = config.clickhouse
  const replicated = cluster !== undefined
  const client = createClickhouse({ ...access, replicated })
  lifecycle.defer('clickhouse client', () => client.close())
  const topology = cluster === undefined ? {} : { cluster }
  await migrate(client, auditMigrations, topology)
  for (const { table, days, before } of await applyRetention(client, config.audit, topology))
    logger.info({ table, days, before }, 'the table keeps its rows for another time now')
  const reader = createClickhouse({ ...access, replicated, ...readerOf(config.clickhouse) })
  lifecycle.defer('clickhouse reader', () => reader.close())
  const { log, codecs, shared } = await host.engine()
  const spans = host.spansOf('auditor')
  const auditor = await createAuditor(
    { ...auditorDefaults, replicas: shared ? 'several' : 'one' },
    {
      log,
      codecs,
      access: await host.access(),
      client,
      reader,
      logger,
      metrics,
      spans,
      onFatal,
      now: () => host.clock.now(),
      signer: createCheckpointSigner(await signingJwkOf(config)),
      checkpointPlaces: placesOf(config),
    },
  )
  lifecycle.defer('auditor', () => auditor.stop())
  return {
    checks: { auditor: () => auditor.ready() },
    routes: tracedRoutes(spans, async (server) => auditor.routes(server)),
  }
}

type Signing = Pick<AuditorProcessConfig, 'audit' | 'data'>

/** Where the key of a data folder is. */
export function signingKeyFile(directory: string): string {
  return join(directory, 'secrets', 'audit-signing-key.json')
}

/** Where checkpoints are kept by default. */
export function checkpointFileIn(directory: string): string {
  return join(directory, 'audit-checkpoints')
}

async function signingJwkOf({ audit, data }: Signing) {
  return audit.signingKey === undefined
    ? loadOrCreateSigningJwk(signingKeyFile(data.directory))
    : parseSigningJwk(audit.signingKey)
}

function placesOf({ audit, data }: Signing): readonly CheckpointPlace[] {
  const file = checkpointFile(audit.checkpointsPath ?? checkpointFileIn(data.directory))
  return audit.checkpointUrl === undefined ? [file] : [file, checkpointUrl(audit.checkpointUrl)]
}

type Reader = Pick<AuditorProcessConfig['clickhouse'], 'readerUsername' | 'readerPassword'>

function readerOf({ readerUsername: username, readerPassword: password }: Reader) {
  if (username === undefined) return {}
  return password === undefined ? { username } : { username, password }
}
