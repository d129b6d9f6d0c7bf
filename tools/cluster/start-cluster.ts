import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ClusterAddress } from '@watchword/cli/testing'
import {
  type LaunchedService,
  launchServiceProcess,
  type ServiceProcess,
  type TestCluster,
} from '@watchword/service-host/testing'
import type { ClusterDatabase } from './database.ts'
import type { Front } from './front.ts'
import { startStores, type StoresConfig } from './stores.ts'
import { watchword } from './watchword.ts'

/** Every service, ingest first: it takes the first key. */
export const serviceNames = ['ingest', 'scorer', 'session-guard', 'notifier', 'auditor'] as const

export type ServiceName = (typeof serviceNames)[number]

export type ClusterConfig = StoresConfig &
  Readonly<{
    /** Processes of each service. */
    replicas: number
    /** Where the processes send their spans; nowhere by default. */
    otlpUrl?: string
    /** Variables of the processes of a service, over those that they need; none. */
    env?: Readonly<Partial<Record<ServiceName, Readonly<Record<string, string>>>>>
    /** Sees each line that a process writes; `member` is `scorer-1`. */
    onLine?: (member: string, line: string) => void
  }>

/** The whole platform as processes on loopback, over a real Kafka, a real registry and ClickHouse. */
export interface Cluster {
  readonly url: string
  /** The first key, with every scope. */
  readonly key: string
  /** Where everything is now; a process that is started again listens elsewhere. */
  address(): ClusterAddress
  /** What the processes stand on, to be taken away and brought back. */
  readonly kafka: Pick<TestCluster, 'broker' | 'registry'>
  readonly clickhouse: ClusterDatabase
  /** Those that have come up, the last of each place. */
  members(service: ServiceName): readonly ServiceProcess[]
  /** Starts the member again that has ended, in its folder, without waiting for it. */
  launch(service: ServiceName, index: number): LaunchedService
  /** The same, and resolves when it is up. */
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
  { directory, kafkaPort, port, replicas, say, otlpUrl, env = {}, onLine = () => undefined }: ClusterConfig,
  ends: (() => Promise<unknown>)[],
  stop: () => Promise<void>,
): Promise<Cluster> {
  const secrets = join(directory, 'secrets')
  await watchword(['secrets', '--directory', secrets])
  const stores = await startStores({ directory, kafkaPort, port, say })
  ends.push(() => stores.stop())
  const { kafka, clickhouse, front } = stores
  const environments = environmentsOf({ kafka, secrets, front, clickhouse })
  const traced = otlpUrl === undefined ? {} : { WATCHWORD_TRACING_OTLP_URL: otlpUrl }
  const running = new Map<ServiceName, ServiceProcess[]>(serviceNames.map((service) => [service, []]))
  const launched = new Set<LaunchedService>()
  ends.push(() => Promise.all([...launched].map((member) => member.stop())))

  function launch(service: ServiceName, index: number): LaunchedService {
    const name = `${service}-${index + 1}`
    const member = launchServiceProcess({
      main: new URL(`../../services/${service}/src/main.ts`, import.meta.url),
      env: { ...traced, ...environments[service], ...env[service], WATCHWORD_DATA_DIRECTORY: join(directory, name) },
      upWithinMs: 120_000,
      onLine: (line) => onLine(name, line),
    })
    launched.add(member)
    void member.ended.then(() => launched.delete(member))
    const up = member.up.then((process) => {
      take(service, index, process)
      return process
    })
    up.catch(() => undefined)
    return { ...member, up }
  }

  function take(service: ServiceName, index: number, process: ServiceProcess): void {
    const members = running.get(service) ?? []
    members[index] = process
    if (service === 'scorer') return
    front.route(
      service,
      members.filter(Boolean).map(({ url }) => url),
    )
  }

  const restart = async (service: ServiceName, index: number): Promise<void> => {
    await launch(service, index).up
  }

  for (const service of serviceNames) {
    say(`${replicas} × ${service}`)
    await Promise.all(Array.from({ length: replicas }, (_, index) => restart(service, index)))
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
      otlpUrl: otlpUrl ?? '',
      grafanaPassword: clickhouse.grafanaPassword,
    }),
    kafka,
    clickhouse,
    members: (service) => running.get(service) ?? [],
    launch,
    restart,
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

type Parts = Readonly<{
  kafka: TestCluster
  secrets: string
  front: Front
  clickhouse: Pick<ClusterDatabase, 'url' | 'username' | 'password'>
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
      WATCHWORD_GUARD_REPORT_KEY_FILE: join(secrets, 'report-key'),
    },
    notifier: { ...kafka.env, WATCHWORD_NOTIFIER_REPORT_KEY_FILE: join(secrets, 'report-key') },
    auditor: {
      ...kafka.env,
      WATCHWORD_CLICKHOUSE_URL: clickhouse.url,
      WATCHWORD_CLICKHOUSE_USERNAME: clickhouse.username,
      WATCHWORD_CLICKHOUSE_PASSWORD: clickhouse.password,
    },
  }
}
