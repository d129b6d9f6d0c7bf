import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { zstdCompressSync } from 'node:zlib'
import kafkajs from 'kafkajs'
import { numbered, readAll, record, rejectsWith, textOf, until } from '../contract/facts.ts'
import { LogError } from '../log-error.ts'
import { openKafkaLog } from './index.ts'
import { ProtocolError } from './wire/protocol-error.ts'
import { memberTopic } from './testing/member-setting.ts'
import { startTestBroker } from './testing/test-broker.ts'

const given = process.env['KAFKA_BROKERS']
const broker = given === undefined ? await startTestBroker(19_192) : null
const brokers = broker?.brokers ?? given?.split(',') ?? []
after(() => broker?.clean())

const stamp = `${process.pid}-${Date.now()}`
const deps = { now: Date.now }
const options = { brokers, clientId: 'limits', createTopics: { replicationFactor: 1 } }

async function createTopic(topic: string, configEntries: { name: string; value: string }[]): Promise<void> {
  const admin = new kafkajs.Kafka({
    brokers: [...brokers],
    clientId: 'limits',
    logLevel: kafkajs.logLevel.NOTHING,
  }).admin()
  await admin.connect()
  await admin.createTopics({ waitForLeaders: true, topics: [{ topic, numPartitions: 6, configEntries }] })
  await admin.disconnect()
}

async function removeRecords(topic: string, partition: number, upTo: number): Promise<void> {
  const admin = new kafkajs.Kafka({ brokers: [...brokers], clientId: 'limits' }).admin()
  await admin.connect()
  // Loads where the partitions are, which deleting needs.
  await admin.fetchTopicOffsets(topic)
  await admin.deleteTopicRecords({ topic, partitions: [{ partition, offset: String(upTo) }] })
  await admin.disconnect()
}

async function produceByZstd(topic: string, partition: number): Promise<void> {
  const { CompressionCodecs, CompressionTypes, Kafka } = kafkajs
  const codec = {
    compress: async ({ buffer }: { buffer: Buffer }) => zstdCompressSync(buffer),
    decompress: assert.fail,
  }
  CompressionCodecs[CompressionTypes.ZSTD] = () => codec
  const producer = new Kafka({ brokers: [...brokers], clientId: 'another' }).producer()
  await producer.connect()
  await producer.send({
    topic,
    compression: CompressionTypes.ZSTD,
    messages: [{ partition, key: 'k', value: 'packed' }],
  })
  await producer.disconnect()
}

describe('what the kafka log refuses', () => {
  it('leaves nothing out for a member that retention has overtaken: its membership ends', async () => {
    const name = `overtaken-${stamp}`
    const log = await openKafkaLog({ ...options, topics: [memberTopic(name)] }, deps)
    // Far more than a reader fetches ahead.
    const large = (index: number) => record(name, 'k', `${index} ${'x'.repeat(500_000)}`, { partition: 0 })
    for (let index = 0; index < 12; index += 1) await log.append([large(index)])
    const began = Promise.withResolvers<void>()
    const goOn = Promise.withResolvers<void>()
    const ended = Promise.withResolvers<Error>()
    const seen: number[] = []
    await log.join({
      group: `overtaken-${stamp}`,
      topic: name,
      onAssigned: async () => null,
      async onRecords(_partition, records) {
        seen.push(...records.map(({ offset }) => offset))
        began.resolve()
        await goOn.promise
      },
      onRevoked: async () => undefined,
      onError: ended.resolve,
    })
    await began.promise
    await removeRecords(name, 0, 12)
    await log.append([large(12)])
    goOn.resolve()
    const error = await ended.promise
    assert.ok(error instanceof LogError && error.code === 'records-gone', String(error))
    assert.deepEqual(
      seen,
      Array.from(seen, (_, index) => index),
    )
    assert.ok(seen.length < 12)
    await log.close()
  })

  it('refuses the one record that the broker refuses, and has what was sent with it once', async () => {
    const name = `small-${stamp}`
    await createTopic(name, [{ name: 'max.message.bytes', value: '2000' }])
    const log = await openKafkaLog({ ...options, topics: [memberTopic(name)] }, deps)
    const before = log.append(numbered(name, 0, 0, 5))
    const elsewhere = log.append(numbered(name, 1, 0, 5))
    const large = log.append([record(name, 'k', 'x'.repeat(5000), { partition: 0 })])
    const behind = log.append(numbered(name, 0, 5, 5))
    await rejectsWith('record-invalid', large)
    await Promise.all([before, elsewhere, behind])
    assert.deepEqual((await readAll(log, name, 0)).map(textOf), ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'])
    assert.deepEqual((await readAll(log, name, 1)).map(textOf), ['0', '1', '2', '3', '4'])
    await log.close()
  })

  it('refuses at once what does not fit into its queue, and takes it later', async () => {
    const name = `full-${stamp}`
    const log = await openKafkaLog({ ...options, topics: [memberTopic(name)], tuning: { queueBytesMax: 4000 } }, deps)
    const first = log.append([record(name, 'k', 'x'.repeat(3000), { partition: 0 })])
    const second = await log
      .append([record(name, 'k', 'y'.repeat(3000), { partition: 0 })])
      .catch((error: unknown) => error)
    assert.ok(second instanceof LogError && second.code === 'log-unavailable' && second.retryable)
    await first
    await log.append([record(name, 'k', 'z'.repeat(3000), { partition: 0 })])
    assert.deepEqual(
      (await readAll(log, name, 0)).map((found) => textOf(found)?.[0]),
      ['x', 'z'],
    )
    await log.close()
  })

  it('takes many records with long headers at once, in batches that the broker takes', async () => {
    const name = `headers-${stamp}`
    const log = await openKafkaLog({ ...options, topics: [memberTopic(name)] }, deps)
    const headers = Object.fromEntries(Array.from({ length: 5 }, (_, number) => [`header-${number}`, 'h'.repeat(60)]))
    await log.append(Array.from({ length: 3000 }, () => record(name, 'k', 'x', { partition: 0, headers })))
    assert.equal((await log.ends(name))[0], 3000)
    await log.close()
  })

  it('lets a partition wait at a batch that another producer has packed otherwise, and no other one', async () => {
    const name = `packed-${stamp}`
    const warned = Promise.withResolvers<Readonly<{ err?: unknown; partition?: number; offset?: number }>>()
    const logger = { info: () => undefined, warn: warned.resolve, error: () => undefined }
    const log = await openKafkaLog({ ...options, topics: [memberTopic(name)] }, { ...deps, logger })
    await log.append(numbered(name, 0, 0, 3))
    await produceByZstd(name, 0)
    const seen: string[] = []
    const tail = await log.tail({
      topics: [name],
      from: 'begin',
      onRecords: (records) => void seen.push(...records.map(({ partition, offset }) => `${partition}-${offset}`)),
      onError: assert.fail,
    })
    const { err, partition, offset } = await warned.promise
    assert.ok(err instanceof ProtocolError)
    assert.deepEqual([partition, offset], [0, 3])
    await log.append(numbered(name, 1, 0, 2))
    await until(() => seen.length === 5, 'what can be read')
    assert.deepEqual(seen.toSorted(), ['0-0', '0-1', '0-2', '1-0', '1-1'])
    await removeRecords(name, 0, 4)
    await log.append(numbered(name, 0, 4, 1))
    await until(() => seen.includes('0-4'), 'what comes after it, once it is gone')
    await tail.stop()
    await log.close()
  })

  it('answers many questions at once', async () => {
    const name = `many-${stamp}`
    const log = await openKafkaLog({ ...options, topics: [memberTopic(name)] }, deps)
    await log.append([0, 1, 2, 3, 4, 5].flatMap((partition) => numbered(name, partition, 0, 100)))
    const found = await Promise.all(
      Array.from({ length: 60 }, (_, at) => log.read(name, at % 6, at, 7).then((records) => records.map(textOf))),
    )
    for (const [at, texts] of found.entries())
      assert.deepEqual(
        texts,
        Array.from({ length: 7 }, (_, more) => `${at + more}`),
      )
    await log.close()
  })

  it('does not open over topics that are missing or cut otherwise', async () => {
    const name = `cut-${stamp}`
    await rejectsWith(
      'topic-mismatch',
      openKafkaLog({ brokers, clientId: 'limits', topics: [memberTopic(name)] }, deps),
    )
    await createTopic(name, [])
    const other = { ...memberTopic(name), partitions: 5 }
    await rejectsWith('topic-mismatch', openKafkaLog({ ...options, topics: [other] }, deps))
  })

  it('does not open without a broker', async () => {
    const nowhere = {
      ...options,
      brokers: ['127.0.0.1:1'],
      topics: [memberTopic('t')],
      tuning: { connectWithinMs: 100 },
    }
    await rejectsWith('log-unavailable', openKafkaLog(nowhere, deps))
  })
})
