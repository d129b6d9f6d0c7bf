import { startCluster } from '@watchword/tools/cluster'
import { startChild } from '../drive/child.ts'
import { temporaryFolder } from '../drive/temporary-folder.ts'
import type { Bench } from '../measure/bench.ts'
import { comparePushes, pushLoads, type Target } from '../push/compare-pushes.ts'
import { benchPorts } from '../drive/bench-ports.ts'

const services = ['ingest', 'scorer', 'session-guard', 'auditor'] as const

export const kafkaPushBench: Bench = {
  name: 'kafka-push',
  question:
    'from an activity to the push that locks its session through the processes of a cluster, against one way through a topic',
  async run() {
    const folder = temporaryFolder()
    const say = (line: string): void => console.error(line)
    const cluster = await startCluster({ directory: folder.path, kafkaPort: benchPorts, port: 0, replicas: 1, say })
    const [broker = ''] = cluster.address().brokers
    const echo = await startChild<Readonly<{ url: string }>>(new URL('./bare-push-server.ts', import.meta.url), [
      broker,
    ])
    const members = services.flatMap((service) => cluster.members(service).map(({ pid }) => ({ service, pid })))
    const product: Target = {
      label: 'the services',
      pids: members.map(({ pid }) => pid),
      url: cluster.members('ingest')[0]?.url ?? '',
      subscribeUrl: cluster.members('session-guard')[0]?.url ?? '',
      key: cluster.key,
    }
    const bare: Target = { label: 'bare Fastify, topic and ws', pids: [echo.pid], url: echo.ready.url }
    try {
      const { comparisons, busyMicros } = await comparePushes({ lockEvery: 10, product, bare, aims: { p99: 100 } })
      return {
        comparisons,
        information: members.map(({ service }, index) => ({
          label: `processor time of ${service} an activity`,
          unit: 'µs',
          values: busyMicros.map((round) => round[index] ?? Number.NaN),
        })),
        setting: [
          ...pushLoads,
          'one process of each service, asked directly: ingest, scorer, lock stage and the three topics between them before the push, with the auditor and its ClickHouse at work',
          'bare: one process, one topic: the activity as JSON is appended, read back and pushed; nothing is judged and nobody looks',
          'both: one broker of Kafka, acks=all; broker, registry, ClickHouse, all processes and the client share the cores of this machine',
        ],
      }
    } finally {
      await echo.stop()
      await cluster.stop()
      folder.remove()
    }
  },
}
