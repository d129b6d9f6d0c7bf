import { logTopics } from '@watchword/contracts'
import { openKafkaLog } from '@watchword/event-log/kafka'
import { runAsChild } from '../drive/child.ts'
import { serveBareIngest } from '../ingest/bare-routes.ts'
import { sampleRecord } from '../drive/sample-record.ts'

/** The bare server over Kafka: the driver of the product, with the same settings. Its argument is a broker. */
await runAsChild(async (onEnd) => {
  const [broker = ''] = process.argv.slice(2)
  const connection = { brokers: [broker], clientId: 'bare-ingest', topics: logTopics }
  const log = await openKafkaLog(connection, { now: () => Date.now() })
  onEnd(() => log.close())
  const sample = await sampleRecord()
  return { url: await serveBareIngest(log, sample), valueBytes: sample.value.byteLength }
})
