import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it, type TestContext } from 'node:test'
import { createHttpRegistry, logTopics, openCodecs, topicOf, userKey } from '@watchword/contracts'
import { openKafkaLog } from '@watchword/event-log/kafka'
import { createPolicies } from '@watchword/policy'
import { type ServiceProcess, startServiceProcess, startTestCluster } from '@watchword/service-host/testing'
import { systemClock } from '@watchword/stream'
import { sampleActivity } from './testing/sample-activity.ts'

const cluster = await startTestCluster(19_704)
after(() => cluster.close())
const { codecs } = await openCodecs(createHttpRegistry({ url: cluster.registryUrl }))
const connection = { brokers: cluster.broker.brokers, clientId: 'scorer-test', topics: logTopics }
const log = await openKafkaLog(connection, { now: Date.now })
after(() => log.close())
const policies = await createPolicies({ log, codecs, clock: systemClock, onFatal: assert.fail })

async function startScorer(t: TestContext): Promise<ServiceProcess> {
  const directory = mkdtempSync(join(tmpdir(), 'watchword-scorer-'))
  const scorer = await startServiceProcess({
    main: new URL('./main.ts', import.meta.url),
    env: { ...cluster.env, WATCHWORD_DATA_DIRECTORY: directory, WATCHWORD_LOG_LEVEL: 'info' },
  })
  t.after(async () => {
    await scorer.stop()
    rmSync(directory, { recursive: true, force: true })
  })
  return scorer
}

/** Sends one activity for each user, and answers when all of them were judged. */
async function judged(users: readonly string[], timesEach: number): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>()
  const done = Promise.withResolvers<void>()
  const tail = await log.tail({
    topics: [topicOf('assessment')],
    from: 'begin',
    onRecords(records) {
      for (const { value } of records) {
        const { activity } = codecs.assessment.decode(value ?? new Uint8Array())
        if (sent.has(activity)) counts.set(activity, (counts.get(activity) ?? 0) + 1)
      }
      if (counts.size === sent.size && sent.size > 0) done.resolve()
    },
    onError: done.reject,
  })
  const sent = new Set<string>()
  for (let round = 0; round < timesEach; round += 1)
    await log.append(
      users.map((user) => {
        const data = { ...sampleActivity, id: randomUUID(), policy: policies.inForce('demo').hash }
        sent.add(data.id)
        const record = { tenant: 'demo', user, receivedAt: Date.now(), body: { type: 'activity', data } } as const
        return { topic: topicOf('activity'), key: userKey('demo', user), value: codecs.activity.encode(record) }
      }),
    )
  await done.promise
  await tail.stop()
  return counts
}

const users = Array.from({ length: 60 }, (_, index) => `user-${index}`)

describe('the scorer as processes of their own', () => {
  it('judges every activity once, goes on when one of two is killed, and ends with 0 when asked to', async (t) => {
    const one = await startScorer(t)
    await one.ready()
    for (const count of (await judged(users, 2)).values()) assert.equal(count, 1)
    const two = await startScorer(t)
    await two.ready()
    for (const count of (await judged(users, 2)).values()) assert.equal(count, 1)
    one.signal('SIGKILL')
    assert.equal(await one.ended, null)
    for (const count of (await judged(users, 2)).values()) assert.equal(count, 1)
    await two.ready()
    assert.equal(await two.stop(), 0)
  })
})
