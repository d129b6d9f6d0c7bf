import { type TopicEntry, topicCatalogue } from '@watchword/contracts'
import { clientFrames, frameSchema, serverFrames } from './frames-reference.ts'
import { repositoryText } from './repository.ts'

const text = { type: 'string' } as const
const subscribe = 'subscribe'

/** Every record carries the attributes of CloudEvents as headers, and the trace of the request that led to it. */
const recordHeaders = {
  type: 'object',
  properties: { ce_id: text, ce_source: text, ce_specversion: text, ce_type: text, ce_time: text, traceparent: text },
}

/** The AsyncAPI 3 document of what an application can follow: the topics of the log, and the subscription by WebSocket. */
export function asyncApi(version: string): object {
  const topics = topicCatalogue.map((entry) => [entry.schema.replace('.avsc', ''), entry] as const)
  const frames = [...clientFrames, ...serverFrames]
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Watchword',
      version,
      description:
        'Topics in Avro and Confluent framing, compatible BACKWARD_TRANSITIVE; frames of the subscription in JSON.',
      license: { name: 'Apache-2.0' },
    },
    channels: {
      ...Object.fromEntries(topics.map(([name, entry]) => [name, topicChannel(name, entry)])),
      [subscribe]: {
        address: '/v1/subscribe',
        description: 'WebSocket, subprotocol watchword.v1',
        messages: Object.fromEntries(frames.map((frame) => [frame, { $ref: `#/components/messages/frame.${frame}` }])),
      },
    },
    operations: {
      ...Object.fromEntries(topics.map(([name]) => [`read.${name}`, operation('receive', name, [name])])),
      'subscription.ask': operation('send', subscribe, clientFrames),
      'subscription.hear': operation('receive', subscribe, serverFrames),
    },
    components: {
      messages: {
        ...Object.fromEntries(topics.map(([name, entry]) => [`record.${name}`, recordMessage(name, entry)])),
        ...Object.fromEntries(frames.map((frame) => [`frame.${frame}`, frameMessage(frame)])),
      },
      schemas: { lock: withoutIds(frameSchema('lock')) },
    },
  }
}

function topicChannel(name: string, entry: TopicEntry): object {
  const { partitions, cleanup, retentionMs, doc } = entry
  const kept = cleanup === 'compact' ? {} : { 'retention.ms': retentionMs }
  return {
    address: entry.name,
    description: doc,
    messages: { [name]: { $ref: `#/components/messages/record.${name}` } },
    bindings: { kafka: { partitions, topicConfiguration: { 'cleanup.policy': [cleanup], ...kept } } },
  }
}

/** From the side of the application that follows. */
function operation(action: 'send' | 'receive', channel: string, messages: readonly string[]): object {
  const place = `#/channels/${channel}`
  return { action, channel: { $ref: place }, messages: messages.map((name) => ({ $ref: `${place}/messages/${name}` })) }
}

function recordMessage(name: string, entry: TopicEntry): object {
  return {
    name: `${name} record`,
    headers: recordHeaders,
    contentType: 'application/vnd.apache.avro',
    payload: {
      schemaFormat: 'application/vnd.apache.avro;version=1.9.0',
      schema: JSON.parse(repositoryText(`schemas/${entry.schema}`)) as unknown,
    },
    bindings: { kafka: { key: { type: 'string', description: entry.key } } },
  }
}

function frameMessage(frame: string): object {
  return { name: frame, contentType: 'application/json', payload: withoutIds(frameSchema(frame)) }
}

/** As part of another document: no identity of its own, and the lock from the same document. */
function withoutIds(schema: object): unknown {
  return JSON.parse(
    JSON.stringify(schema, (name, value: unknown) => {
      if (name === '$schema' || name === '$id') return undefined
      return name === '$ref' && value === 'lock.json' ? '#/components/schemas/lock' : value
    }),
  )
}
