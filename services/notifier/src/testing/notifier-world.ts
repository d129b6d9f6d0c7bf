import assert from 'node:assert/strict'
import { randomBytes, randomUUID } from 'node:crypto'
import { PassThrough } from 'node:stream'
import type { TestContext } from 'node:test'
import { type Access, createAccess, type Scope } from '@watchword/access'
import {
  type AssessmentRecord,
  type Codecs,
  createCodecs,
  createEmbeddedRegistry,
  decisionHeader,
  type DeliveryAttempted,
  logTopics,
  type NotificationRaised,
  type NotificationRecord,
  topicOf,
  userKey,
} from '@watchword/contracts'
import { createMemoryDisk, createMemoryLog, type MemoryLog } from '@watchword/event-log/memory'
import type { ServiceSpans } from '@watchword/service-host'
import { createHttpServer, createLogger, createMetrics } from '@watchword/service-kit'
import { undocumentedAnswers } from '@watchword/service-kit/testing'
import { createMemoryStateStore, noMetrics } from '@watchword/stream'
import type { NotifierConfig } from '../notifier-settings.ts'
import { createNotifier, type Notifier } from '../service.ts'
import type { WebhookConfig } from '../webhooks/webhook-config.ts'
import { sampleAssessment } from './sample-records.ts'
import { createSteerableClock, type SteerableClock } from './steerable-clock.ts'

/** A notifier over a log in memory, with real HTTP to loopback. */
export type NotifierWorld = Readonly<{
  log: MemoryLog
  codecs: Codecs
  clock: SteerableClock
  access: Access
  notifier: Notifier
  /** Asks over HTTP, with a key of tenant `demo` and these scopes. */
  post: (
    url: string,
    ...granted: readonly Scope[]
  ) => Promise<Readonly<{ status: number; body: Record<string, unknown> }>>
  /** Judges as the scorer does. */
  judge: (...records: readonly Partial<AssessmentRecord>[]) => Promise<void>
  raised: () => Promise<readonly NotificationRaised[]>
  attempts: () => Promise<readonly DeliveryAttempted[]>
  /** Resolves when the log says so many attempts. */
  hasAttempted: (count: number) => Promise<void>
  /** The metrics of the notifier as text. */
  metrics: () => Promise<string>
  /** Everything that was logged. */
  logText: () => string
}>

export type NotifierWorldOptions = Partial<NotifierConfig> &
  Readonly<{
    /** On the log of an earlier one. */
    after?: NotifierWorld
    spans?: Pick<ServiceSpans, 'follow'>
    /** Of every assessment; none by default. */
    traceparent?: string
  }>

export const secret = `whsec_${Buffer.from('s'.repeat(32)).toString('base64')}`

export function webhookTo(url: string, over: Partial<WebhookConfig> = {}): WebhookConfig {
  return { id: 'chat', tenant: 'demo', url, secrets: [secret], kinds: [], ...over }
}

export async function createNotifierWorld(t: TestContext, options: NotifierWorldOptions): Promise<NotifierWorld> {
  const { after, webhooks = [], mail = [], siem = [], allowedNetworks = ['127.0.0.0/8'], reportKey } = options
  const traced: Readonly<Record<string, string>> =
    options.traceparent === undefined ? {} : { traceparent: options.traceparent }
  const clock = after?.clock ?? createSteerableClock()
  const topics = logTopics.map((topic) => ({ ...topic, partitions: Math.min(topic.partitions, 4) }))
  const log = after?.log ?? createMemoryLog({ topics, disk: createMemoryDisk() }, { now: () => clock.now() })
  const codecs = after?.codecs ?? (await createCodecs(createEmbeddedRegistry()))
  const access = after?.access ?? (await createAccess({ log, codecs, clock, randomBytes, onFatal: assert.fail }))
  const metrics = createMetrics({ service: 'notifier', version: '0', processMetrics: false })
  const chunks: string[] = []
  const destination = new PassThrough()
  destination.on('data', (chunk: Buffer) => chunks.push(chunk.toString()))
  const logger = createLogger({ service: 'notifier', version: '0', level: 'trace' }, { destination })
  const notifier = await createNotifier(
    { webhooks, mail, siem, allowedNetworks, ...(reportKey === undefined ? {} : { reportKey }) },
    {
      log,
      codecs,
      access,
      clock,
      newId: randomUUID,
      random: () => 0,
      openState: async () => createMemoryStateStore(),
      stageMetrics: () => noMetrics,
      logger,
      metrics,
      spans: options.spans,
      onFatal: assert.fail,
    },
  )
  const server = await createHttpServer({ title: 'notifier', version: '0' }, { logger, metrics, newId: randomUUID })
  const undocumented = undocumentedAnswers(server)
  notifier.routes(server)
  t.after(async () => {
    await server.close()
    await notifier.stop()
    if (after === undefined) await access.stop()
    assert.deepEqual(undocumented, [], 'every answer is as the OpenAPI document says')
  })

  async function told(): Promise<readonly NotificationRecord[]> {
    const topic = topicOf('notification')
    const partitions = await log.ends(topic)
    const records = await Promise.all(partitions.map((end, partition) => log.read(topic, partition, 0, end)))
    return records.flat().map(({ value }) => codecs.notification.decode(value ?? new Uint8Array()))
  }

  const attempts = async (): Promise<readonly DeliveryAttempted[]> =>
    (await told()).flatMap(({ body }) => (body.type === 'delivery-attempted' ? [body.data] : []))

  return {
    log,
    codecs,
    clock,
    access,
    notifier,
    async post(url, ...scopes) {
      if (access.appOf('demo', 'bank') === undefined) await access.putApp('demo', { id: 'bank' })
      const { key } = await access.createKey('demo', { app: 'bank', scopes })
      const answer = await server.inject({ method: 'POST', url, headers: { authorization: `Bearer ${key}` } })
      return { status: answer.statusCode, body: JSON.parse(answer.body) as Record<string, unknown> }
    },
    async judge(...records) {
      await log.append(
        records.map((over) => {
          const value = { ...sampleAssessment, receivedAt: clock.now(), ...over }
          const headers = value.decision === 'allow' ? traced : { ...traced, [decisionHeader]: value.decision }
          const key = userKey(value.tenant, value.user)
          return { topic: topicOf('assessment'), key, value: codecs.assessment.encode(value), headers }
        }),
      )
    },
    raised: async () => (await told()).flatMap(({ body }) => (body.type === 'notification-raised' ? [body.data] : [])),
    attempts,
    async hasAttempted(count) {
      while ((await attempts()).length < count) await new Promise((resolve) => setImmediate(resolve))
    },
    metrics: () => metrics.metrics(),
    logText: () => chunks.join(''),
  }
}
