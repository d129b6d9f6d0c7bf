import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { createFetchLoop } from './fetch-loop.ts'
import type { KafkaCluster } from './kafka-cluster.ts'
import { silentLogger } from './kafka-log-options.ts'
import { createPartitionReader } from './partition-reader.ts'

/** A loop over a partition whose every fetch finds one more record of so many bytes, and how many fetches there were; a minute to gather. */
function startLoop(test: TestContext, valueBytes: number) {
  let fetches = 0
  const fetched = Promise.withResolvers<void>()
  const broker = {
    lookupRequest: () => () => undefined,
    async fetch() {
      fetches += 1
      if (fetches === 3) fetched.resolve()
      await nextTurn()
      const offset = fetches - 1
      const record = { offset, timestamp: 0, key: 'k', value: Buffer.alloc(valueBytes), headers: {} }
      const part = { partition: 0, errorCode: 0, highWatermark: fetches, records: [record], nextOffset: fetches }
      return { responses: [{ topicName: 't', partitions: [part] }] }
    },
  }
  const cluster = {
    findTopicPartitionMetadata: () => [{ partitionId: 0, leader: 1 }],
    findBroker: async () => broker,
  } as unknown as KafkaCluster
  const asked = { begins: async () => [0], ends: async () => [0], read: async () => [], committed: async () => [] }
  const loop = createFetchLoop({
    cluster,
    offsets: asked,
    logger: silentLogger,
    fetchWaitMs: 200,
    fetchGatherMs: 60_000,
    whenGone: 'fail',
  })
  test.after(() => loop.stop())
  const delivered = Promise.withResolvers<void>()
  const owner = {
    onRecords: () => delivered.resolve(),
    onMoved: () => undefined,
    onFault: (error: unknown) => delivered.reject(error),
    mayDeliver: () => true,
  }
  loop.add(createPartitionReader('t', 0, 0, owner, () => loop.wake()))
  return { delivered: delivered.promise, thirdFetch: fetched.promise, fetches: () => fetches }
}

test('what comes alone is delivered at once, and the next fetch begins later', async (t) => {
  const loop = startLoop(t, 100)
  await loop.delivered
  for (let turn = 0; turn < 10; turn += 1) await nextTurn()
  assert.equal(loop.fetches(), 1)
})

test('after an answer that is full the next fetch begins at once', async (t) => {
  await startLoop(t, 100_000).thirdFetch
})
