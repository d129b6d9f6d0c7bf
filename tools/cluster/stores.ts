import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startTestCluster } from '@watchword/service-host/testing'
import { startClusterDatabase } from './database.ts'
import { startFront } from './front.ts'

/** Where each service listens unless it is told otherwise. */
const defaultPorts = { ingest: 8081, 'session-guard': 8083, notifier: 8084, auditor: 8085 } as const

export type StoresConfig = Readonly<{
  /** Where everything of it lives; it stays when it ends. */
  directory: string
  /** The first of four ports for Kafka and the registry. */
  kafkaPort: number
  /** Of the one address for clients. */
  port: number
  say: (line: string) => void
}>

/** What the services stand on, and one address in front of those that will be started at their default ports. */
export async function startStores({ directory, kafkaPort, port, say }: StoresConfig): Promise<{
  /** Where it is reached, as lines for a shell. */
  readonly variables: string
  stop(): Promise<void>
}> {
  const ends: (() => Promise<unknown>)[] = []
  const stop = async (): Promise<void> => {
    for (let end = ends.pop(); end !== undefined; end = ends.pop()) await end()
  }
  try {
    const front = await startFront(port)
    ends.push(() => front.close())
    say('Kafka and a schema registry, with the topics and the schemas')
    const kafka = await startTestCluster(kafkaPort, directory)
    ends.push(() => kafka.close())
    say('ClickHouse')
    const clickhouse = await startClusterDatabase(join(directory, 'clickhouse'))
    ends.push(() => clickhouse.kill())
    for (const [service, at] of Object.entries(defaultPorts) as [keyof typeof defaultPorts, number][])
      front.route(service, [`http://127.0.0.1:${at}`])
    const passwordFile = join(directory, 'clickhouse-password')
    writeFileSync(passwordFile, `${clickhouse.password}\n`, { mode: 0o600 })
    // Every service takes the first two; a service refuses what it does not know, so the others are not exported.
    const lines = [
      ...Object.entries(kafka.env).map(([name, value]) => `export ${name}='${value}'`),
      `CLICKHOUSE_URL='${clickhouse.url}'`,
      `CLICKHOUSE_USERNAME='${clickhouse.username}'`,
      `CLICKHOUSE_PASSWORD_FILE='${passwordFile}'`,
    ]
    return { variables: `${lines.join('\n')}\n`, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
