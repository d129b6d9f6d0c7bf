import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { PassThrough } from 'node:stream'
import { type Access, createAccess, scopes } from '@watchword/access'
import {
  type ActivityRecord,
  type Codecs,
  createCodecs,
  createEmbeddedRegistry,
  logTopics,
  type TopicName,
  topicOf,
} from '@watchword/contracts'
import { createMemoryLog, type MemoryLog } from '@watchword/event-log/memory'
import { createPolicies, type Policies } from '@watchword/policy'
import { createHttpServer, createLogger, createMetrics, type HttpServer, loadConfig } from '@watchword/service-kit'
import { undocumentedAnswers } from '@watchword/service-kit/testing'
import { type Clock, systemClock } from '@watchword/stream'
import { v7 } from 'uuid'
import { ingestConfigSchema } from '../config.ts'
import { createIngest, type Ingest } from '../service.ts'

export type TestPlatform = Readonly<{
  server: HttpServer
  log: MemoryLog
  codecs: Codecs
  access: Access
  policies: Policies
  ingest: Ingest
  metrics: ReturnType<typeof createMetrics>
  /** `Bearer …` of a key with every scope. */
  authorization: string
  clock: { nowMs: number }
  /** Everything logged so far. */
  logged: () => string
  records: (topic: TopicName) => Promise<readonly Uint8Array[]>
  activities: () => Promise<readonly ActivityRecord[]>
  close: () => Promise<void>
}>

/** Ingest as a whole over a log in memory, at a time of its own. */
export async function createTestPlatform(file = 'geo: {}', log?: MemoryLog): Promise<TestPlatform> {
  const clock = { nowMs: Date.parse('2026-11-22T10:00:00Z') }
  const now = () => clock.nowMs
  const standing: Clock = { ...systemClock, now }
  const codecs = await createCodecs(createEmbeddedRegistry())
  const theLog = log ?? createMemoryLog({ topics: logTopics }, { now })
  const destination = new PassThrough()
  const lines: string[] = []
  destination.on('data', (chunk: Buffer) => lines.push(chunk.toString()))
  const logger = createLogger({ service: 'ingest', version: 'test', level: 'debug' }, { destination })
  const faults: Error[] = []
  const onFault = (error: Error) => void faults.push(error)
  const metrics = createMetrics({ service: 'ingest', version: 'test', processMetrics: false })
  const access = await createAccess({ log: theLog, codecs, clock: standing, randomBytes, onFatal: onFault })
  const policies = await createPolicies({ log: theLog, codecs, clock: standing, onFatal: onFault })
  await access.putApp('demo', { id: 'bank' })
  const { key } = await access.createKey('demo', { app: 'bank', scopes })
  const config = loadConfig(ingestConfigSchema, { file, env: {} })
  const ingest = await createIngest(config, {
    log: theLog,
    codecs,
    access,
    policies,
    clock: standing,
    newId: () => v7(),
    logger,
    metrics,
    onFatal: onFault,
  })
  const server = await createHttpServer({ title: 'Ingest', version: 'test' }, { logger, metrics, newId: () => v7() })
  const undocumented = undocumentedAnswers(server)
  await ingest.routes(server)

  async function records(topic: TopicName): Promise<readonly Uint8Array[]> {
    const ends = await theLog.ends(topicOf(topic))
    const found = await Promise.all(ends.map((end, partition) => theLog.read(topicOf(topic), partition, 0, end + 1)))
    return found.flat().flatMap(({ value }) => (value === null ? [] : [value]))
  }

  return {
    server,
    log: theLog,
    codecs,
    access,
    policies,
    ingest,
    metrics,
    authorization: `Bearer ${key}`,
    clock,
    logged: () => lines.join(''),
    records,
    activities: async () => (await records('activity')).map((value) => codecs.activity.decode(value)),
    async close() {
      await server.close()
      await ingest.stop()
      await policies.stop()
      await access.stop()
      await theLog.close()
      assert.deepEqual(undocumented, [], 'every answer is as the OpenAPI document says')
    },
  }
}
