import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ClusterAddress } from '@watchword/cli/testing'
import { startEmbeddedClickhouse } from '@watchword/clickhouse'
import {
  type ServiceProcess,
  startServiceProcess,
  startTestCluster,
  type TestCluster,
} from '@watchword/service-host/testing'
import { createLogger } from '@watchword/service-kit'
import { type Front, startFront } from './front.ts'
import { watchword } from './watchword.ts'

const services = ['ingest', 'scorer', 'session-guard', 'auditor'] as const

export type ServiceName = (typeof services)[number]

export type ClusterConfig = Readonly<{
  /** Where everything of it lives, beside Kafka and the registry. */
  directory: string
  /** The first of four ports for Kafka and the registry. */
  kafkaPort: number
  /** Of the one address for clients; 0 takes a free one. */
  port: number
  /** Processes of each service. */
  replicas: number
  /** Hears what is being done. */
  say: (line: string) => void
}>

/** The whole platform as processes on loopback, over a real Kafka, a real registry and ClickHouse. */
export interface Cluster {
  readonly url: string
  /** The first key, with every scope. */
  readonly key: string
  /** Where everything is now; a process that is started again listens elsewhere. */
  address(): ClusterAddress
  members(service: ServiceName): readonly ServiceProcess[]
  /** Starts the member again that has ended, in its folder. */
  restart(service: ServiceName, index: number): Promise<void>
  ready(): Promise<void>
  stop(): Promise<void>
}

/** Starts all of it and resolves when every process is ready; what was started is stopped when one fails. */
export async function startCluster(config: ClusterConfig): Promise<Cluster> {
  const ends: (() => Promise<unknown>)[] = []
  const stop = async (): Promise<void> => {
    for (let end = ends.pop(); end !== undefined; end = ends.pop()) await end()
  }
  try {
    return await startAll(config, ends, stop)
  } catch (error) {
    await stop()
    throw error
  }
}

async function startAll(
  { directory, kafkaPort, port, replicas, say }: ClusterConfig,
  ends: (() => Promise<unknown>)[],
  stop: () => Promise<void>,
): Promise<Cluster> {
  const secrets = join(directory, 'secrets')
  await watchword(['secrets', '--directory', secrets])
  say('Kafka and a schema registry')
  const kafka = await startTestCluster(kafkaPort)
  ends.push(() => kafka.close())
  say('ClickHouse')
  const database = { username: 'watchword', password: newPassword() }
  const grafanaPassword = newPassword()
  const clickhouse = await startEmbeddedClickhouse(
    {
      directory: join(directory, 'clickhouse'),
      users: [
        { name: database.username, password: database.password },
        { name: 'grafana', password: grafanaPassword, readsOnly: 'watchword' },
      ],
    },
    { logger: createLogger({ service: 'cluster', version: '0', level: 'silent' }) },
  )
  ends.push(() => clickhouse.stop())
  const front = await startFront(port)
  ends.push(() => front.close())
  const environments = environmentsOf({ kafka, secrets, front, clickhouse: { ...database, url: clickhouse.url } })
  const running = new Map<ServiceName, ServiceProcess[]>(services.map((service) => [service, []]))

  async function start(service: ServiceName, index: number): Promise<void> {
    const member = await startServiceProcess({
      main: new URL(`../../services/${service}/src/main.ts`, import.meta.url),
      env: { ...environments[service], WATCHWORD_DATA_DIRECTORY: join(directory, `${service}-${index + 1}`) },
      upWithinMs: 120_000,
    })
    ends.push(() => member.stop())
    const members = running.get(service) ?? []
    members[index] = member
    if (service !== 'scorer')
      front.route(
        service,
        members.filter(Boolean).map(({ url }) => url),
      )
  }

  // Ingest first: it takes the first key.
  for (const service of services) {
    say(`${replicas} × ${service}`)
    await Promise.all(Array.from({ length: replicas }, (_, index) => start(service, index)))
  }
  const all = (): readonly ServiceProcess[] => [...running.values()].flat()
  const ready = async (): Promise<void> => {
    await Promise.all(all().map((member) => member.ready()))
  }
  await ready()
  return {
    url: front.url,
    key: readFileSync(join(secrets, 'bootstrap-key'), 'utf8').trim(),
    address: () => ({
      url: front.url,
      gates: [...running].flatMap(([service, members]) => members.map(({ url }) => url + (gated[service] ?? '/livez'))),
      brokers: kafka.broker.brokers,
      registryUrl: kafka.registryUrl,
      clickhouseUrl: clickhouse.url,
      grafanaPassword,
    }),
    members: (service) => running.get(service) ?? [],
    restart: start,
    ready,
    stop,
  }
}

/** Of each service that takes keys, something that any key may read. */
const gated: Readonly<Partial<Record<ServiceName, string>>> = {
  ingest: '/v1/policy',
  'session-guard': '/v1/users/nobody/status',
  auditor: '/v1/users/nobody/timeline',
}

function newPassword(): string {
  return randomBytes(24).toString('base64url')
}

type Parts = Readonly<{
  kafka: TestCluster
  secrets: string
  front: Front
  clickhouse: Readonly<{ url: string; username: string; password: string }>
}>

function environmentsOf({ kafka, secrets, front, clickhouse }: Parts): Record<ServiceName, Record<string, string>> {
  return {
    ingest: {
      ...kafka.env,
      WATCHWORD_BOOTSTRAP_KEY_FILE: join(secrets, 'bootstrap-key'),
      WATCHWORD_BOOTSTRAP_ORIGINS: front.url,
    },
    scorer: { ...kafka.env },
    'session-guard': {
      ...kafka.env,
      WATCHWORD_GUARD_SECRETS_FILE: join(secrets, 'session-guard-secrets.json'),
    },
    auditor: {
      ...kafka.env,
      WATCHWORD_CLICKHOUSE_URL: clickhouse.url,
      WATCHWORD_CLICKHOUSE_USERNAME: clickhouse.username,
      WATCHWORD_CLICKHOUSE_PASSWORD: clickhouse.password,
    },
  }
}
