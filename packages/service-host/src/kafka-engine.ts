import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { clusterTopics, createHttpRegistry, openCodecs, stateTopicOf } from '@watchword/contracts'
import { kafkaConnectionOf, openKafkaLog } from '@watchword/event-log/kafka'
import { ConfigError, type Lifecycle, type Logger } from '@watchword/service-kit'
import { type Clock, openStateStore, withChangelog, withPreparation } from '@watchword/stream'
import type { Registry } from 'prom-client'
import type { Engine } from './engine.ts'
import { lockFolder } from './folder-lock.ts'
import { clusterFaults, type HostConfig } from './host-config.ts'
import { createStateMetrics } from './state-metrics.ts'

export type KafkaEngineConfig = Pick<HostConfig, 'data' | 'state' | 'kafka' | 'schemaRegistry'> &
  Readonly<{ /** Who the process is to the cluster. */ clientId: string }>

export type KafkaEngineDeps = Readonly<{
  logger: Logger
  metrics: Registry
  lifecycle: Lifecycle
  clock: Clock
  onFatal: (error: Error) => void
}>

/** A partition that is taken over is behind by no more saves than come in this time, milliseconds. */
const standbyEveryMs = 1000

/**
 * Opens the log on a Kafka cluster whose records are framed for a schema registry. States are kept in the data folder, and in the cluster
 * for whoever takes a partition over. Rejects with a ConfigError, a LogError or a SchemaRegistryError.
 */
export async function openKafkaEngine(config: KafkaEngineConfig, deps: KafkaEngineDeps): Promise<Engine> {
  const { logger, metrics, lifecycle, clock, onFatal } = deps
  const { registry: schemaRegistry, kafka } = checkedCluster(config)
  const unlock = lockFolder(config.data.directory)
  lifecycle.defer('data folder', unlock)
  const { codecs, prepare } = await openCodecs(createHttpRegistry(schemaRegistry))
  const { memberName } = kafka
  const log = await openKafkaLog(
    {
      ...kafkaConnectionOf(kafka, config.clientId),
      topics: clusterTopics,
      ...(memberName === undefined ? {} : { memberName }),
    },
    { now: () => clock.now(), logger, onFault: onFatal },
  )
  lifecycle.defer('log', () => log.close())
  const reports = createStateMetrics({ metrics, logger })
  // Of this process and this start of it.
  const writer = randomUUID()
  const standby = config.state.standby ? { standbyEveryMs } : {}
  return {
    log: withPreparation(log, prepare),
    shared: true,
    codecs,
    async openState(stage, stateVersion, _topic, readableVersions = []) {
      const file = join(config.data.directory, 'state', `${stage}.db`)
      const { store, setAside } = await openStateStore({ file, stage, stateVersion, readableVersions })
      if (setAside) logger.warn({ stage, ...setAside }, 'state not trusted, restoring it')
      const state = withChangelog(
        store,
        { topic: stateTopicOf(stage), stateVersion, readableVersions, writer, ...standby },
        { log, clock, ...reports(stage) },
      )
      // Whoever opens it closes it; but a stage whose start fails closes nothing, and its standby would go on asking.
      lifecycle.defer(`state of ${stage}`, () => state.close())
      return state
    },
  }
}

/** Where the cluster and its registry are; throws a ConfigError with all that is not said. */
function checkedCluster({ kafka, schemaRegistry }: KafkaEngineConfig) {
  const { url } = schemaRegistry
  const faults = clusterFaults({ kafka, schemaRegistry })
  if (url === undefined || faults.length > 0) throw new ConfigError(faults)
  return { kafka, registry: { ...schemaRegistry, url } }
}
