import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import {
  createIds,
  createLogger,
  createMetrics,
  type Lifecycle,
  loadConfig,
  type Logger,
  runUntilSignal,
  type SignalSource,
} from '@watchword/service-kit'
import { type Clock, systemClock } from '@watchword/stream'
import type { Registry } from 'prom-client'
import type { Static, TObject } from 'typebox'
import type { Engine } from './engine.ts'
import type { HostConfig } from './host-config.ts'
import { openKafkaEngine } from './kafka-engine.ts'
import { serve, type ServeDeps } from './serve.ts'
import { createStageMetrics } from './stage-metrics.ts'
import { createUnreadableRecords } from './unreadable-records.ts'
import { version } from './version.ts'

/** What a process gives to the service that runs in it; everything that has to be stopped is deferred to `lifecycle`. */
export type ServiceHost = Readonly<{
  logger: Logger
  metrics: Registry
  lifecycle: Lifecycle
  clock: Clock
  newId: () => string
  stageMetrics: ReturnType<typeof createStageMetrics>
  /** For records of policies, apps and keys that nobody can read. */
  onUnreadable: ReturnType<typeof createUnreadableRecords>
  /** A fault after which the process ends, with 1. */
  onFatal: (error: Error) => void
  /** Opens the log on the cluster of the configuration. */
  openEngine: () => Promise<Engine>
  /** Listens where the configuration says: the last step of a start. */
  serve: (deps: Pick<ServeDeps, 'checks' | 'routes'>) => Promise<Readonly<{ url: string }>>
}>

export type ServiceProcess<Schema extends TObject> = Readonly<{
  /** `scorer`: names the process in log lines, metrics and to the cluster. */
  service: string
  /** With the sections of `hostSections`. */
  schema: Schema
  /** Of the command line: `--config FILE` is all there is. */
  args: readonly string[]
  env: Readonly<Record<string, string | undefined>>
  process: SignalSource
  /** Says what is wrong before there is a logger. */
  complain: (line: string) => void
}>

/**
 * Runs a service in this process until a signal or a fatal fault; resolves with the exit code: 0 after a clean stop, 2 for a wrong option,
 * 1 for everything else, a configuration that cannot be used included.
 */
export async function runService<Schema extends TObject>(
  setting: ServiceProcess<Schema>,
  start: (config: Static<Schema>, host: ServiceHost) => Promise<void>,
): Promise<0 | 1 | 2> {
  const { service, complain } = setting
  let file: string | undefined
  let config: Static<Schema> & HostConfig
  try {
    file = configFileOf(setting.args)
  } catch (error) {
    complain(`${messageOf(error)}\nUsage: ${service} [--config FILE]`)
    return 2
  }
  try {
    config = readConfig(setting, file)
  } catch (error) {
    complain(messageOf(error))
    return 1
  }
  const logger = createLogger({ service, version, level: config.log.level })
  return runUntilSignal(
    {},
    {
      logger,
      process: setting.process,
      start: (lifecycle, onFatal) => start(config, hostOf(service, config, { logger, lifecycle, onFatal })),
    },
  )
}

function hostOf(
  service: string,
  config: HostConfig,
  { logger, lifecycle, onFatal }: Pick<ServiceHost, 'logger' | 'lifecycle' | 'onFatal'>,
): ServiceHost {
  const metrics = createMetrics({ service, version })
  const newId = createIds()
  const clock = systemClock
  return {
    logger,
    metrics,
    lifecycle,
    clock,
    newId,
    onFatal,
    stageMetrics: createStageMetrics({ metrics, logger }),
    onUnreadable: createUnreadableRecords({ metrics, logger }),
    openEngine: () =>
      openKafkaEngine({ ...config, clientId: `watchword-${service}` }, { logger, metrics, lifecycle, clock, onFatal }),
    async serve(deps) {
      const served = await serve(
        { ...config.server, title: `Watchword ${service}` },
        { logger, metrics, newId, lifecycle, ...deps },
      )
      logger.info({ url: served.url }, 'the service is up')
      return served
    },
  }
}

function configFileOf(args: readonly string[]): string | undefined {
  return parseArgs({ args: [...args], options: { config: { type: 'string' } } }).values.config
}

function readConfig<Schema extends TObject>(
  { schema, env }: ServiceProcess<Schema>,
  file: string | undefined,
): Static<Schema> & HostConfig {
  return loadConfig(schema, {
    ...(file === undefined ? {} : { file: readFileSync(file, 'utf8') }),
    env,
    readFile: (path) => readFileSync(path, 'utf8'),
  }) as Static<Schema> & HostConfig
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
