import { randomBytes } from 'node:crypto'
import { newKey } from '@watchword/access'
import { startTestCluster } from '@watchword/service-host/testing'
import { startChild } from '../drive/child.ts'
import { temporaryFolder } from '../drive/temporary-folder.ts'
import { compareServers, loads } from '../ingest/compare-servers.ts'
import type { Bench } from '../measure/bench.ts'
import { benchPorts } from '../drive/bench-ports.ts'
import { startService } from '../drive/start-service.ts'

export const kafkaIngestBench: Bench = {
  name: 'kafka-ingest',
  question: 'durable ingest on Kafka against a bare Fastify server that appends as many bytes by the same driver',
  async run() {
    const cluster = await startTestCluster(benchPorts)
    const folder = temporaryFolder()
    const { text: key } = newKey(randomBytes)
    const env = { ...cluster.env, WATCHWORD_BOOTSTRAP_KEY: key }
    const product = await startService({ service: 'ingest', env, folder: folder.path })
    const bare = await startChild<Readonly<{ url: string; valueBytes: number }>>(
      new URL('./bare-ingest-server.ts', import.meta.url),
      cluster.broker.brokers,
    )
    try {
      return {
        comparisons: await compareServers(
          { pid: product.pid, url: product.url, key },
          { pid: bare.pid, url: bare.ready.url },
          {
            aims: [{ of: 'ratio', atLeast: 0.6 }],
            batchAims: [],
          },
        ),
        information: [],
        setting: [
          ...loads,
          `ingest: services/ingest in a process of its own: key check, schema, duplicates, address, agent and entity look-ups, Avro; bare: JSON.parse and append of a record of the same ${bare.ready.valueBytes} bytes and headers`,
          'both: one broker of Kafka on this machine, acks=all, not compressed, what comes while a request is on its way goes together in the next (packages/event-log/src/kafka as it is by default); the broker and the client share the cores, and both sides pay for them alike',
        ],
      }
    } finally {
      await Promise.all([product.stop(), bare.stop()])
      await cluster.close()
      folder.remove()
    }
  },
}
