import { freePort } from '@watchword/service-kit'
import { type ServiceName, serviceNames, startCluster } from '@watchword/tools/cluster'
import { createClusterFolder } from '../campaign/cluster-folder.ts'
import { startPlatformProcess } from '../platform-process.ts'

/** What a load runs against. */
export interface LoadedPlatform {
  /** As a person would name it. */
  readonly name: string
  readonly url: string
  readonly key: string
  /** Where each process tells its metrics. */
  readonly metrics: readonly string[]
  /** Of the processes that have ended by themselves. */
  ended(): readonly string[]
  /** Ends it; its folder stays when something failed. */
  stop(failed: boolean): Promise<void>
}

export type PlatformConfig = Readonly<{
  /** Processes of each service on a real Kafka; 0: `watchword up`. */
  cluster: number
  /** Variables of services, over those that they are shipped with. */
  env: Readonly<Partial<Record<ServiceName, Readonly<Record<string, string>>>>>
  print: (line: string) => void
}>

const kafkaPort = 21_300

/** Starts it in a new folder. */
export function startLoadedPlatform(config: PlatformConfig): Promise<LoadedPlatform> {
  return config.cluster === 0 ? startEmbedded(config) : startProcesses(config)
}

async function startEmbedded({ env, print }: PlatformConfig): Promise<LoadedPlatform> {
  const { directory, onLine, end } = createClusterFolder('load', print)
  const platform = await startPlatformProcess({
    data: `${directory}/data`,
    port: await freePort(),
    env: Object.assign({}, ...Object.values(env)) as Record<string, string>,
    onLine: (line) => onLine('watchword', line),
  })
  const { url, key } = platform
  return {
    name: 'watchword up',
    url,
    key,
    metrics: [`${url}/metrics`],
    ended: () => (platform.isRunning() ? [] : ['watchword']),
    async stop(failed) {
      await platform.stop()
      end(failed)
    },
  }
}

async function startProcesses({ cluster: replicas, env, print }: PlatformConfig): Promise<LoadedPlatform> {
  const { directory, onLine, end } = createClusterFolder('load', print)
  const cluster = await startCluster({ directory, kafkaPort, port: 0, replicas, env, say: print, onLine })
  const { url, key } = cluster
  const members = serviceNames.flatMap((service) =>
    cluster.members(service).map((member, index) => ({ member, name: `${service}-${index + 1}` })),
  )
  const ended: string[] = []
  for (const { member, name } of members) void member.ended.then(() => ended.push(name))
  return {
    name: `${replicas} processes of each service on Kafka`,
    url,
    key,
    metrics: members.map(({ member }) => `${member.url}/metrics`),
    ended: () => ended,
    async stop(failed) {
      await cluster.stop()
      end(failed)
    },
  }
}
