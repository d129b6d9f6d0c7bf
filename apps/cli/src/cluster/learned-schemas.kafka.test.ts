import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { after, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import {
  createHttpRegistry,
  logTopics,
  openCodecs,
  type PolicyRecord,
  type SchemaRegistry,
  schemaText,
  topicOf,
} from '@watchword/contracts'
import { openKafkaLog } from '@watchword/event-log/kafka'
import { startTestBroker } from '@watchword/event-log/kafka/testing'
import { withPreparation } from '@watchword/stream'

const port = 19_664
const root = new URL('../../../../', import.meta.url)
const call = async (command: string): Promise<unknown> =>
  promisify(execFile)(fileURLToPath(new URL('tools/registry/registry.sh', root)), [command], {
    env: { ...process.env, REGISTRY_PORT: String(port) },
  })
await call('clean')
await call('start')
after(() => call('clean'))
const registryPid = Number(readFileSync(new URL(`.cache/registry/data-${port}/registry.pid`, root), 'utf8'))
const broker = await startTestBroker(19_668)
after(() => broker.clean())

const topic = topicOf('policy')
const policy: PolicyRecord = { tenant: 'demo', hash: 'h', version: 1, effectiveFrom: 5, document: '{}', by: 'k' }
type Schema = Readonly<{ fields: readonly object[] }>

describe('a log on Kafka with a schema registry', () => {
  it('keeps back a record of a schema registered later while the registry hangs, then delivers it in order', async () => {
    const url = `http://127.0.0.1:${port}/apis/ccompat/v7`
    const http = createHttpRegistry({ url })
    const impatient = createHttpRegistry({ url, answerWithinMs: 500 })
    const unanswered = Promise.withResolvers<void>()
    const registry: SchemaRegistry = {
      ...http,
      async schemaOf(id) {
        try {
          return await impatient.schemaOf(id)
        } catch (error) {
          unanswered.resolve()
          throw error
        }
      },
    }
    const { codecs, prepare } = await openCodecs(registry)
    const topics = logTopics.filter(({ name }) => name === topic)
    const options = { brokers: broker.brokers, clientId: 'learning', topics }
    const log = withPreparation(
      await openKafkaLog({ ...options, createTopics: { replicationFactor: 1 } }, { now: Date.now }),
      prepare,
    )
    const seen: string[] = []
    const done = Promise.withResolvers<void>()
    const tail = await log.tail({
      topics: [topic],
      from: 'begin',
      onRecords(records) {
        for (const { value } of records) seen.push(codecs.policy.decode(value ?? new Uint8Array()).hash)
        if (seen.length === 3) done.resolve()
      },
      onError: done.reject,
    })

    const newer = JSON.parse(schemaText('policy')) as Schema
    const field = { name: 'note', type: ['null', 'string'], default: null }
    const id = await http.register(`${topic}-value`, JSON.stringify({ ...newer, fields: [...newer.fields, field] }))
    const own = (hash: string): Uint8Array => codecs.policy.encode({ ...policy, hash })
    // The branch `null` of a field at the end is one zero byte.
    const others = Buffer.concat([Buffer.from(own('second')), Buffer.from([0])])
    others.writeUInt32BE(id, 1)

    process.kill(registryPid, 'SIGSTOP')
    try {
      for (const value of [own('first'), others, own('third')])
        await log.append([{ topic, key: 'demo:h', value, headers: {} }])
      await unanswered.promise
      assert.ok(!seen.includes('second') && !seen.includes('third'))
    } finally {
      process.kill(registryPid, 'SIGCONT')
    }
    await done.promise
    assert.deepEqual(seen, ['first', 'second', 'third'])
    await tail.stop()
    await log.close()
  })
})
