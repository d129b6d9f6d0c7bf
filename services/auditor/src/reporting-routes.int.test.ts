import assert from 'node:assert/strict'
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { systemClock } from '@watchword/stream'
import { createAccess } from '@watchword/access'
import { createClickhouse, migrate, startEmbeddedClickhouse } from '@watchword/clickhouse'
import {
  assessmentId,
  type AssessmentRecord,
  createCodecs,
  createEmbeddedRegistry,
  logTopics,
  topicOf,
} from '@watchword/contracts'
import { createMemoryLog } from '@watchword/event-log/memory'
import { createHttpServer, createLogger, createMetrics } from '@watchword/service-kit'
import { undocumentedAnswers } from '@watchword/service-kit/testing'
import { auditMigrations } from './audit-schema.ts'
import { createCheckpointSigner } from './chain/checkpoint.ts'
import { generateSigningJwk } from './chain/signing-key.ts'
import { auditorDefaults, createAuditor } from './service.ts'

const assessment: AssessmentRecord = {
  tenant: 'demo',
  user: 'alice',
  id: 'a-0-1-0',
  activity: 'act-1',
  app: 'bank',
  session: 's-1',
  device: null,
  ip: null,
  country: null,
  userAgent: null,
  type: 'login',
  outcome: 'succeeded',
  time: 1_700_000_000_000,
  receivedAt: 1_700_000_000_000,
  score: 62,
  level: 'HIGH',
  previousLevel: null,
  probability: 0.8,
  decision: 'step-up',
  signals: [
    { code: 'ip.unknown', points: 20, status: 'evidence', evidence: { seen: 0 } },
    { code: 'country.unknown', points: 0, status: 'unavailable', evidence: {} },
  ],
  reasonUser: { en: 'We noticed a sign-in from a new place.' },
  reasonAdmin: 'ip.unknown+20',
  policy: { profile: 'balanced', version: 0, hash: 'h' },
  engine: '1.0.0',
  sources: { geo: 'g' },
  causes: ['activity-0-1'],
  trained: true,
  late: false,
}

test('an assessment that may be among what is not stored yet is not said not to exist: 503 while the audit is behind', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'watchword-report-'))
  const logger = createLogger({ service: 'test', version: '0', level: 'silent' })
  const metrics = createMetrics({ service: 'test', version: '0', processMetrics: false })
  const engine = await startEmbeddedClickhouse({ directory }, { logger })
  const client = createClickhouse({ url: engine.url, database: 'audit' })
  await migrate(client, auditMigrations)
  const codecs = await createCodecs(createEmbeddedRegistry())
  const log = createMemoryLog({ topics: logTopics }, { now: () => 1_700_000_000_000 })
  const access = await createAccess({ log, codecs, clock: systemClock, randomBytes, onFatal: assert.fail })
  const config = { ...auditorDefaults, flushIntervalMs: 5, freshWithinMs: 100 }
  const auditor = await createAuditor(config, {
    log,
    codecs,
    access,
    client,
    reader: client,
    signer: createCheckpointSigner(generateSigningJwk()),
    checkpointPlaces: [],
    logger,
    metrics,
    now: Date.now,
    onFatal: assert.fail,
  })
  const server = await createHttpServer({ title: 'x', version: '0' }, { logger, metrics, newId: randomUUID })
  const undocumented = undocumentedAnswers(server)
  auditor.routes(server)
  t.after(async () => {
    await server.close()
    await auditor.stop()
    await access.stop()
    await engine.stop()
    rmSync(directory, { recursive: true })
  })
  await access.putApp('demo', { id: 'bank' })
  const { key } = await access.createKey('demo', { app: 'bank', scopes: ['report'] })
  const get = async (path: string) => {
    const answer = await server.inject({ url: path, headers: { authorization: `Bearer ${key}` } })
    return { status: answer.statusCode, body: answer.json(), retryAfter: answer.headers['retry-after'] }
  }
  /** An activity of alice, for the profile stage to judge; answers the id that its assessment has. */
  const report = async () => {
    const [at] = await log.append([{ topic: topicOf('activity'), key: 'demo:alice', value: Buffer.from('a login') }])
    assert.ok(at)
    return { partition: at.partition, offset: at.offset, id: assessmentId(at) }
  }
  const judge = ({ partition, offset, id }: Awaited<ReturnType<typeof report>>) =>
    log.append([
      {
        topic: topicOf('assessment'),
        key: 'demo:alice',
        value: codecs.assessment.encode({ ...assessment, id }),
        headers: { 'ww-source': `profile/${partition}/${offset}/0` },
      },
    ])

  const unjudged = await report()
  const first = await report()
  await judge(first)
  assert.ok(await auditor.sink.caughtUp(30_000))
  const found = await get(`/v1/assessments/${first.id}`)
  assert.deepEqual([found.status, found.body.score, found.body.signals[1].status], [200, 62, 'unavailable'])
  assert.equal((await get('/v1/assessments/a-9-9-9')).status, 404)
  assert.equal((await get('/v1/users/alice/timeline')).body.fresh, true)

  await auditor.sink.stop()
  const second = await report()
  await judge(second)
  const late = await get(`/v1/assessments/${second.id}`)
  assert.deepEqual([late.status, late.body.code, late.retryAfter], [503, 'catching-up', '1'])
  assert.equal((await get(`/v1/assessments/${first.id}`)).status, 200, 'what is stored is answered all the same')
  const never = {
    'a-9-9-9': 'no id of an assessment',
    [assessmentId({ ...second, offset: second.offset + 1 })]: 'of an activity that the log does not have',
    [assessmentId({ partition: 99, offset: 0 })]: 'of a partition that there is not',
    [unjudged.id]: 'of an activity before one whose assessment is stored',
  }
  for (const [id, why] of Object.entries(never)) assert.equal((await get(`/v1/assessments/${id}`)).status, 404, why)
  const timeline = await get('/v1/users/alice/timeline')
  assert.deepEqual([timeline.status, timeline.body.fresh, timeline.body.items.length], [200, false, 3])
  assert.deepEqual(undocumented, [])
})
