import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it, type TestContext } from 'node:test'
import {
  createHttpRegistry,
  decisionHeader,
  type DeliveryAttempted,
  logTopics,
  openCodecs,
  topicOf,
  userKey,
} from '@watchword/contracts'
import { openKafkaLog } from '@watchword/event-log/kafka'
import { type ServiceProcess, startServiceProcess, startTestCluster } from '@watchword/service-host/testing'
import { startReceiver } from './testing/receiver.ts'
import { sampleAssessment } from './testing/sample-records.ts'

const cluster = await startTestCluster(19_764)
after(() => cluster.close())
const { codecs } = await openCodecs(createHttpRegistry({ url: cluster.registryUrl }))
const connection = { brokers: cluster.broker.brokers, clientId: 'notifier-test', topics: logTopics }
const log = await openKafkaLog(connection, { now: Date.now })
after(() => log.close())
const receiver = await startReceiver()
after(() => receiver.close())

const secret = `whsec_${Buffer.from('k'.repeat(32)).toString('base64')}`
const webhooks = [{ id: 'chat', tenant: 'demo', url: receiver.url, secrets: [secret] }]

async function startNotifier(t: TestContext): Promise<ServiceProcess> {
  const directory = mkdtempSync(join(tmpdir(), 'watchword-notifier-'))
  const notifier = await startServiceProcess({
    main: new URL('./main.ts', import.meta.url),
    env: {
      ...cluster.env,
      WATCHWORD_DATA_DIRECTORY: directory,
      WATCHWORD_NOTIFIER_WEBHOOKS: JSON.stringify(webhooks),
      WATCHWORD_NOTIFIER_ALLOWED_NETWORKS: '127.0.0.0/8',
    },
  })
  t.after(async () => {
    await notifier.stop()
    rmSync(directory, { recursive: true, force: true })
  })
  return notifier
}

/** Judges each user as the scorer does. */
async function judge(users: readonly string[]): Promise<void> {
  await log.append(
    users.map((user) => {
      const value = { ...sampleAssessment, user, receivedAt: Date.now() }
      const headers = { [decisionHeader]: value.decision }
      return {
        topic: topicOf('assessment'),
        key: userKey('demo', user),
        value: codecs.assessment.encode(value),
        headers,
      }
    }),
  )
}

const told = (): ReadonlySet<string> =>
  new Set(receiver.received.map(({ body }) => (JSON.parse(body) as { data: { user: string } }).data.user))

/** Resolves when each of them was told of. */
async function untilTold(users: readonly string[]): Promise<void> {
  for (let count = 1; users.some((user) => !told().has(user)); count = receiver.received.length + 1)
    await receiver.hasReceived(count)
}

async function deliveredOnLog(): Promise<readonly DeliveryAttempted[]> {
  const topic = topicOf('notification')
  const ends = await log.ends(topic)
  const records = await Promise.all(ends.map((end, partition) => log.read(topic, partition, 0, Math.max(1, end))))
  return records.flat().flatMap(({ value }) => {
    const { body } = codecs.notification.decode(value ?? new Uint8Array())
    return body.type === 'delivery-attempted' && body.data.outcome === 'delivered' ? [body.data] : []
  })
}

const usersOf = (round: number): readonly string[] =>
  Array.from({ length: 200 }, (_, index) => `user-${round}-${index}`)

describe('the notifier as processes of their own', () => {
  it('loses no webhook when it is killed under load, and repeats one only under the same id', async (t) => {
    const one = await startNotifier(t)
    await one.ready()
    await judge(usersOf(0))
    await untilTold(usersOf(0))
    const before = receiver.received.length
    await judge(usersOf(1))
    // In the middle of it.
    await receiver.hasReceived(before + 20)
    one.signal('SIGKILL')
    assert.equal(await one.ended, null)
    const two = await startNotifier(t)
    await judge(usersOf(2))
    await untilTold([...usersOf(1), ...usersOf(2)])
    while ((await deliveredOnLog()).length < 600) await new Promise((resolve) => setImmediate(resolve))
    const bodies = new Map<unknown, Set<string>>()
    for (const { headers, body } of receiver.received)
      bodies.set(headers['webhook-id'], (bodies.get(headers['webhook-id']) ?? new Set()).add(body))
    assert.equal(bodies.size, 600)
    for (const same of bodies.values()) assert.equal(same.size, 1)
    t.diagnostic(`${receiver.received.length - 600} of ${receiver.received.length} webhooks came twice`)
    assert.equal(await two.stop(), 0)
  })
})
