import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { createHttpRegistry, decisionHeader, logTopics, openCodecs, topicOf, userKey } from '@watchword/contracts'
import type { LogRecord } from '@watchword/event-log'
import { openKafkaLog } from '@watchword/event-log/kafka'
import { type ServiceProcess, startServiceProcess, startTestCluster } from '@watchword/service-host/testing'
import { createView, systemClock } from '@watchword/stream'
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
const folders = mkdtempSync(join(tmpdir(), 'watchword-notifier-'))
after(() => rmSync(folders, { recursive: true, force: true }))

const secret = `whsec_${Buffer.from('k'.repeat(32)).toString('base64')}`
const webhooks = [{ id: 'chat', tenant: 'demo', url: receiver.url, secrets: [secret] }]

async function startNotifier(name: string): Promise<ServiceProcess> {
  const notifier = await startServiceProcess({
    main: new URL('./main.ts', import.meta.url),
    env: {
      ...cluster.env,
      WATCHWORD_DATA_DIRECTORY: join(folders, name),
      WATCHWORD_NOTIFIER_WEBHOOKS: JSON.stringify(webhooks),
      WATCHWORD_NOTIFIER_ALLOWED_NETWORKS: '127.0.0.0/8',
    },
  })
  after(() => notifier.stop())
  await notifier.ready()
  return notifier
}

/** Judges each user as the scorer does. */
async function judge(users: readonly string[]): Promise<void> {
  const topic = topicOf('assessment')
  const headers = { [decisionHeader]: sampleAssessment.decision }
  await log.append(
    users.map((user) => {
      const value = codecs.assessment.encode({ ...sampleAssessment, user, receivedAt: Date.now() })
      return { topic, key: userKey('demo', user), value, headers }
    }),
  )
}

const told = (): ReadonlySet<string> =>
  new Set(receiver.received.map(({ body }) => (JSON.parse(body) as { data: { user: string } }).data.user))

/** Resolves when each of them was told of. */
async function untilTold(users: readonly string[]): Promise<void> {
  const all = new Set(users)
  while (!all.isSubsetOf(told())) await receiver.hasReceived(receiver.received.length + 1)
}

/** Resolves when the log says so many deliveries. */
async function untilDelivered(count: number): Promise<void> {
  const topic = topicOf('notification')
  const enough = Promise.withResolvers<void>()
  const delivered = new Set<string>()
  const onRecord = ({ value }: LogRecord): void => {
    const { body } = codecs.notification.decode(value ?? new Uint8Array())
    if (body.type === 'delivery-attempted' && body.data.outcome === 'delivered') delivered.add(body.data.notification)
    if (delivered.size >= count) enough.resolve()
  }
  const view = await createView(
    { topics: [topic], pollEveryMs: 200 },
    { log, clock: systemClock, onRecord, onFatal: enough.reject },
  )
  await enough.promise
  await view.stop()
}

/** How many deliveries a process says that it has made. */
async function deliveredBy({ url }: ServiceProcess): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  return Number(/^watchword_delivery_attempts_total\{[^}]*outcome="delivered"[^}]*\} (\d+)$/m.exec(text)?.[1] ?? 0)
}

/** Judges rounds of users until each of the processes has delivered; answers how many rounds that took. */
async function untilShared(notifiers: readonly ServiceProcess[], firstRound: number): Promise<number> {
  for (let rounds = 1; ; rounds += 1) {
    const users = usersOf(firstRound + rounds - 1)
    await judge(users)
    await untilTold(users)
    if ((await Promise.all(notifiers.map(deliveredBy))).every((count) => count > 0)) return rounds
  }
}

const usersOf = (round: number): readonly string[] =>
  Array.from({ length: 200 }, (_, index) => `user-${round}-${index}`)

describe('two notifiers as processes of their own', () => {
  it('share the deliveries, and when one is killed under load the other loses none and repeats one only under the same id', async (t) => {
    const [one, two] = [await startNotifier('one'), await startNotifier('two')]
    const began = performance.now()
    // One alone may have all partitions for a moment.
    const rounds = await untilShared([one, two], 3)
    const total = (rounds + 2) * 200
    const both = performance.now()
    const before = receiver.received.length
    await judge(usersOf(1))
    // In the middle of it.
    await receiver.hasReceived(before + 20)
    one.signal('SIGKILL')
    assert.equal(await one.ended, null)
    await judge(usersOf(2))
    await untilTold([...usersOf(1), ...usersOf(2)])
    t.diagnostic(
      `${rounds} rounds told in ${Math.round(both - began)} ms until both had, two in ${Math.round(performance.now() - both)} ms by what is left`,
    )
    await untilDelivered(total)
    const bodies = new Map<unknown, Set<string>>()
    for (const { headers, body } of receiver.received)
      bodies.set(headers['webhook-id'], (bodies.get(headers['webhook-id']) ?? new Set()).add(body))
    assert.equal(bodies.size, total)
    for (const same of bodies.values()) assert.equal(same.size, 1)
    t.diagnostic(`${receiver.received.length - total} of ${receiver.received.length} webhooks came twice`)
    const sent = receiver.received.length
    await startNotifier('one')
    assert.equal(await two.stop(), 0)
    await judge(['last'])
    await untilTold(['last'])
    assert.equal(receiver.received.length, sent + 1, 'nothing that was delivered is told again by whoever starts next')
  })
})
