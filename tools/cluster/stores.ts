import { join } from 'node:path'
import { startTestCluster, type TestCluster } from '@watchword/service-host/testing'
import { type ClusterDatabase, startClusterDatabase } from './database.ts'
import { type Front, startFront } from './front.ts'

export type StoresConfig = Readonly<{
  /** Where everything of it lives; it stays when it ends. */
  directory: string
  /** The first of four ports for Kafka and the registry. */
  kafkaPort: number
  /** Of the one address for clients; 0 takes a free one. */
  port: number
  /** Hears what is being done. */
  say: (line: string) => void
}>

/** What the services of a cluster stand on, and one address in front of them. */
export interface Stores {
  readonly kafka: TestCluster
  readonly clickhouse: ClusterDatabase
  readonly front: Front
  stop(): Promise<void>
}

/** Starts a real Kafka with the topics, a registry with the schemas, ClickHouse and the front; what was started is stopped when one fails. */
export async function startStores({ directory, kafkaPort, port, say }: StoresConfig): Promise<Stores> {
  const ends: (() => Promise<unknown>)[] = []
  const stop = async (): Promise<void> => {
    for (let end = ends.pop(); end !== undefined; end = ends.pop()) await end()
  }
  try {
    const front = await startFront(port)
    ends.push(() => front.close())
    say('Kafka and a schema registry')
    const kafka = await startTestCluster(kafkaPort, directory)
    ends.push(() => kafka.close())
    say('ClickHouse')
    const clickhouse = await startClusterDatabase(join(directory, 'clickhouse'))
    ends.push(() => clickhouse.kill())
    return { kafka, clickhouse, front, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
