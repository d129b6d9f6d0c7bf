import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import kafkajs from 'kafkajs'
import { rejectsWith } from '../../contract/facts.ts'
import type { TopicConfig } from '../../event-log.ts'
import { openKafkaAdmin, planTopics, type TopicStep } from '../index.ts'
import { startTestBroker } from '../testing/test-broker.ts'

const broker = await startTestBroker(19_640)
after(() => broker.clean())
const connection = { brokers: broker.brokers, clientId: 'administration' }
const terms = { replicationFactor: 1, minInsyncReplicas: 1 }
const admin = await openKafkaAdmin(connection)
after(() => admin.close())
const raw = new kafkajs.Kafka({
  brokers: [...broker.brokers],
  logLevel: kafkajs.logLevel.NOTHING,
}).admin()
await raw.connect()
after(() => raw.disconnect())

const kept: TopicConfig = {
  name: 'kept',
  partitions: 3,
  cleanup: 'delete',
  retentionMs: 86_400_000,
  compactionLagMs: 0,
  tombstoneRetentionMs: 0,
}
const compacted: TopicConfig = {
  ...kept,
  name: 'compacted',
  cleanup: 'compact',
  retentionMs: null,
  compactionLagMs: 3_600_000,
  tombstoneRetentionMs: 604_800_000,
}

async function plan(...topics: readonly TopicConfig[]): Promise<readonly TopicStep[]> {
  return planTopics(topics, await admin.findTopics(topics.map(({ name }) => name)), terms)
}

async function make(topic: string, settings: Record<string, string>): Promise<void> {
  const configEntries = Object.entries(settings).map(([name, value]) => ({ name, value }))
  await raw.createTopics({ waitForLeaders: true, topics: [{ topic, numPartitions: 3, configEntries }] })
}

describe('the administration of topics on a cluster', () => {
  it('makes what is missing and then finds everything as declared', async () => {
    const before = await plan(kept, compacted)
    assert.deepEqual(
      before.map(({ status }) => status),
      ['missing', 'missing'],
    )
    await admin.applyTopics(before)
    assert.deepEqual(
      (await plan(kept, compacted)).map(({ status }) => status),
      ['in-sync', 'in-sync'],
    )
    const found = await admin.findTopics(['compacted'])
    assert.equal(found[0]?.partitions, 3)
    assert.equal(found[0]?.settings.get('message.timestamp.type'), 'LogAppendTime')
    assert.equal(found[0]?.settings.get('delete.retention.ms'), '604800000')
    await admin.applyTopics(before)
  })

  it('raises what keeps too little and leaves the other settings of the topic alone', async () => {
    await make('short', { 'retention.ms': '1000', 'max.message.bytes': '7777' })
    const topic = { ...kept, name: 'short' }
    const steps = await plan(topic)
    assert.ok(steps[0]?.status === 'drift')
    assert.deepEqual(
      steps[0].drifts.map(({ setting, found }) => [setting, found]),
      [
        ['message.timestamp.type', 'CreateTime'],
        ['retention.ms', '1000'],
      ],
    )
    await admin.applyTopics(steps)
    assert.deepEqual(await plan(topic), [{ topic: 'short', status: 'in-sync' }])
    const found = await admin.findTopics(['short'])
    assert.equal(found[0]?.settings.get('max.message.bytes'), '7777')
  })

  it('does not touch a topic with another count of partitions, whatever else drifts', async () => {
    await make('cut', { 'retention.ms': '1000' })
    const topic = { ...kept, name: 'cut', partitions: 4 }
    const steps = await plan(topic)
    assert.ok(steps[0]?.status === 'refused' && steps[0].code === 'partitions-differ')
    await admin.applyTopics(steps)
    const found = await admin.findTopics(['cut'])
    assert.equal(found[0]?.partitions, 3)
    assert.equal(found[0]?.settings.get('retention.ms'), '1000')
  })

  it('says that no cluster is there', async () => {
    await rejectsWith('log-unavailable', openKafkaAdmin({ brokers: ['127.0.0.1:1'], clientId: 'nobody' }))
  })
})
