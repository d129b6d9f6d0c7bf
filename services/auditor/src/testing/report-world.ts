import assert from 'node:assert/strict'
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAccess } from '@watchword/access'
import { createClickhouse, migrate, startEmbeddedClickhouse } from '@watchword/clickhouse'
import { createCodecs, createEmbeddedRegistry, logTopics } from '@watchword/contracts'
import { createMemoryLog } from '@watchword/event-log/memory'
import { createHttpServer, createLogger, createMetrics } from '@watchword/service-kit'
import { undocumentedAnswers } from '@watchword/service-kit/testing'
import { systemClock } from '@watchword/stream'
import { auditMigrations } from '../audit-schema.ts'
import { createCheckpointSigner } from '../chain/checkpoint.ts'
import { generateSigningJwk } from '../chain/signing-key.ts'
import { auditorDefaults, createAuditor } from '../service.ts'
import { sampleRecords, sampleTime } from './sample-records.ts'

export type Answer = Readonly<{ status: number; text: string; headers: Readonly<Record<string, unknown>> }>

/** An auditor over a ClickHouse of its own with a user who only reads, and keys of two tenants, `demo` and `rival`. */
export async function openReportWorld() {
  const directory = mkdtempSync(join(tmpdir(), 'watchword-reports-'))
  const logger = createLogger({ service: 'test', version: '0', level: 'silent' })
  const metrics = createMetrics({ service: 'test', version: '0', processMetrics: false })
  const users = [
    { name: 'watchword', password: 'own' },
    { name: 'reports', password: 'reads', readsOnly: 'audit' },
  ]
  const engine = await startEmbeddedClickhouse({ directory, users }, { logger })
  const at = { url: engine.url, database: 'audit' }
  const client = createClickhouse({ ...at, username: 'watchword', password: 'own' })
  const reader = createClickhouse({ ...at, username: 'reports', password: 'reads' })
  await migrate(client, auditMigrations)
  const codecs = await createCodecs(createEmbeddedRegistry())
  const log = createMemoryLog({ topics: logTopics }, { now: () => sampleTime })
  const access = await createAccess({ log, codecs, clock: systemClock, randomBytes, onFatal: assert.fail })
  const signer = createCheckpointSigner(generateSigningJwk())
  const auditor = await createAuditor(
    { ...auditorDefaults, flushIntervalMs: 5, checkpointIntervalMs: 3_600_000 },
    {
      log,
      codecs,
      access,
      client,
      reader,
      logger,
      metrics,
      signer,
      checkpointPlaces: [],
      now: () => sampleTime + 3_600_000,
      onFatal: assert.fail,
    },
  )
  const server = await createHttpServer({ title: 'x', version: '0' }, { logger, metrics, newId: randomUUID })
  const undocumented = undocumentedAnswers(server)
  auditor.routes(server)
  const keys = new Map<string, string>()
  for (const tenant of ['demo', 'rival']) {
    await access.putApp(tenant, { id: 'bank' })
    keys.set(tenant, (await access.createKey(tenant, { app: 'bank', scopes: ['report'] })).key)
  }

  return {
    client,
    undocumented,
    publicJwk: signer.publicJwk,
    checkpoint: () => auditor.checkpoints.take(),
    /** The user who reads, without the way in which reports ask. */
    reader: async () => createClickhouse({ ...at, username: 'reports', password: 'reads' }),
    /** Stores logins with all that follows them; `of` names whose. */
    async store(numbers: readonly number[], of: Readonly<{ tenant?: string; user?: string }> = {}): Promise<void> {
      for (const number of numbers) await log.append(sampleRecords(codecs, number, of))
      assert.ok(await auditor.sink.caughtUp(100_000))
    },
    async get(path: string, options: Readonly<{ tenant?: string; accept?: string }> = {}): Promise<Answer> {
      const { tenant = 'demo', accept } = options
      const headers = { authorization: `Bearer ${keys.get(tenant)}`, ...(accept === undefined ? {} : { accept }) }
      const answer = await server.inject({ url: path, headers })
      return { status: answer.statusCode, text: answer.body, headers: answer.headers }
    },
    async close() {
      await server.close()
      await auditor.stop()
      await access.stop()
      await Promise.all([client.close(), reader.close()])
      await engine.stop()
      rmSync(directory, { recursive: true })
    },
  }
}
