import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { clusterTopics, createHttpRegistry, registerSchemas } from '@watchword/contracts'
import { openKafkaAdmin, planTopics } from '@watchword/event-log/kafka'
import { startTestBroker, type TestBroker } from '@watchword/event-log/kafka/testing'

const script = fileURLToPath(new URL('../../../../tools/registry/registry.sh', import.meta.url))

/** A real broker and a real schema registry on loopback, with the topics and the schemas of the platform. */
export interface TestCluster {
  readonly broker: TestBroker
  readonly registryUrl: string
  /** The variables by which a service finds it. */
  readonly env: Readonly<Record<string, string>>
  /** Ends both and removes what they kept. */
  close(): Promise<void>
}

/** Takes four ports from `port` on. */
export async function startTestCluster(port: number): Promise<TestCluster> {
  const registryPort = port + 2
  const call = async (command: string): Promise<unknown> =>
    promisify(execFile)(script, [command], { env: { ...process.env, REGISTRY_PORT: String(registryPort) } })
  await call('stop')
  const [started, registry] = await Promise.allSettled([startTestBroker(port), call('start')])
  if (started.status === 'rejected') {
    await call('stop')
    throw started.reason
  }
  const broker = started.value
  const registryUrl = `http://127.0.0.1:${registryPort}/apis/ccompat/v7`
  const close = async (): Promise<void> => {
    await Promise.all([broker.clean(), call('stop')])
  }
  try {
    if (registry.status === 'rejected') throw registry.reason
    await prepare(broker.brokers, registryUrl)
  } catch (error) {
    await close()
    throw error
  }
  return {
    broker,
    registryUrl,
    env: { WATCHWORD_KAFKA_BROKERS: broker.brokers.join(','), WATCHWORD_SCHEMA_REGISTRY_URL: registryUrl },
    close,
  }
}

async function prepare(brokers: readonly string[], registryUrl: string): Promise<void> {
  const admin = await openKafkaAdmin({ brokers, clientId: 'test-cluster' })
  await admin.applyTopics(planTopics(clusterTopics, [], { replicationFactor: 1, minInsyncReplicas: 1 }))
  await admin.close()
  await registerSchemas(createHttpRegistry({ url: registryUrl }))
}
