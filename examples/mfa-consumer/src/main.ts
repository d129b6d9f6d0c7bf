import process from 'node:process'
import { SchemaRegistry } from '@kafkajs/confluent-schema-registry'
import kafkajs from 'kafkajs'
import { isRepeat } from './watermark.ts'

/** A record of `watchword.mfa.v1` as schemas/mfa.avsc describes it; the branch of `body` stands under its name. */
type MfaRecord = Readonly<{ tenant: string; user: string; body: Readonly<Record<string, unknown>> }>
type MfaRequired = Readonly<{
  assessment: string
  app: string
  session: string | null
  level: 'LOW' | 'MEDIUM' | 'HIGH'
  factors: readonly string[]
  reasonUser: Readonly<Record<string, string>>
}>

const { KAFKA_BROKERS = '127.0.0.1:9092', REGISTRY_URL = 'http://127.0.0.1:8081', KAFKA_GROUP = 'my-app' } = process.env
const topic = 'watchword.mfa.v1'
const registry = new SchemaRegistry({ host: REGISTRY_URL })
const kafka = new kafkajs.Kafka({
  clientId: KAFKA_GROUP,
  brokers: KAFKA_BROKERS.split(','),
  logLevel: kafkajs.logLevel.WARN,
})
const consumer = kafka.consumer({ groupId: KAFKA_GROUP })

await consumer.connect()
await consumer.subscribe({ topic, fromBeginning: true })
await consumer.run({
  async eachMessage({ partition, message: { value, headers } }) {
    if (value === null || isRepeat(partition, headers?.['ww-source']?.toString())) return
    const { tenant, user, body } = (await registry.decode(value)) as MfaRecord
    // The topic also carries the commands of session-guard; an app has no use for those.
    const demand = body['watchword.v1.MfaRequired'] as MfaRequired | undefined
    if (demand === undefined) return
    const { assessment, app, session, level, factors, reasonUser } = demand
    console.log(JSON.stringify({ tenant, user, app, session, level, factors, assessment, reason: reasonUser['en'] }))
  },
})

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void consumer.disconnect())
