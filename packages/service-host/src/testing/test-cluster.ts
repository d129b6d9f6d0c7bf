import { join } from 'node:path'
import { clusterTopics, createHttpRegistry, registerSchemas } from '@watchword/contracts'
import { openKafkaAdmin, planTopics } from '@watchword/event-log/kafka'
import { startTestBroker, type TestBroker } from '@watchword/event-log/kafka/testing'
import { startTestRegistry, type TestRegistry } from './test-registry.ts'

/** A real broker and a real schema registry on loopback, with the topics and the schemas of the platform. */
export interface TestCluster {
  readonly broker: TestBroker
  readonly registry: TestRegistry
  readonly registryUrl: string
  /** The variables by which a service finds it. */
  readonly env: Readonly<Record<string, string>>
  /** Ends both and removes what they kept, unless it is in a folder of the caller's. */
  close(): Promise<void>
}

/** Takes four ports from `port` on; with a `folder`, both keep what they have there, and it stays when they end. */
export async function startTestCluster(port: number, folder?: string): Promise<TestCluster> {
  const folderOf = (name: string): string | undefined => (folder === undefined ? undefined : join(folder, name))
  const end = (part: TestBroker | TestRegistry): Promise<void> => (folder === undefined ? part.clean() : part.stop())
  const [broker, registry] = await startBoth(
    startTestBroker(port, folderOf('kafka')),
    startTestRegistry(port + 2, folderOf('registry')),
    end,
  )
  const close = async (): Promise<void> => {
    await Promise.all([end(broker), end(registry)])
  }
  try {
    await prepare(broker.brokers, registry.url)
  } catch (error) {
    await close()
    throw error
  }
  return {
    broker,
    registry,
    registryUrl: registry.url,
    env: { WATCHWORD_KAFKA_BROKERS: broker.brokers.join(','), WATCHWORD_SCHEMA_REGISTRY_URL: registry.url },
    close,
  }
}

async function prepare(brokers: readonly string[], registryUrl: string): Promise<void> {
  const admin = await openKafkaAdmin({ brokers, clientId: 'test-cluster' })
  await admin.applyTopics(planTopics(clusterTopics, [], { replicationFactor: 1, minInsyncReplicas: 1 }))
  await admin.close()
  await registerSchemas(createHttpRegistry({ url: registryUrl }))
}

/** Side by side; when one does not start, the other is ended. */
async function startBoth(
  broker: Promise<TestBroker>,
  registry: Promise<TestRegistry>,
  end: (part: TestBroker | TestRegistry) => Promise<void>,
): Promise<readonly [TestBroker, TestRegistry]> {
  try {
    return await Promise.all([broker, registry])
  } catch (error) {
    const started = await Promise.allSettled<TestBroker | TestRegistry>([broker, registry])
    await Promise.all(started.map(async (part) => (part.status === 'fulfilled' ? end(part.value) : undefined)))
    throw error
  }
}
