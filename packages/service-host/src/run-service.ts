import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { createLogger, loadConfig, runUntilSignal, type SignalSource } from '@watchword/service-kit'
import type { Static, TObject } from 'typebox'
import type { HostConfig } from './host-config.ts'
import { serve } from './serve.ts'
import { openTracing } from './tracing/open-tracing.ts'
import { createServiceHost, type ServiceHost, type ServiceHostDeps, type StartedService } from './service-host.ts'
import { version } from './version.ts'

export type ServiceRun<Schema extends TObject> = Readonly<{
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
 * Runs a service alone in this process, on the cluster of its configuration, until a signal or a fatal fault; resolves with the exit code: 0 after a clean stop, 2 for a wrong option,
 * 1 for everything else, a configuration that cannot be used included.
 */
export async function runService<Schema extends TObject>(
  setting: ServiceRun<Schema>,
  start: (config: Static<Schema>, host: ServiceHost) => Promise<StartedService>,
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
      async start(lifecycle, onFatal) {
        const tracing = await openTracing(config.tracing, { version, logger, lifecycle })
        const host = hostOf(service, config, { logger, lifecycle, onFatal, tracing })
        const { checks, routes } = await start(config, host)
        const { url } = await serve({ ...config.server, title: `Watchword ${service}` }, { ...host, checks, routes })
        logger.info({ url }, 'the service is up')
      },
    },
  )
}

function hostOf(service: string, config: HostConfig, deps: ServiceHostDeps): ServiceHost {
  const { data, state, kafka, schemaRegistry } = config
  const engine = { kind: 'kafka', data, state, kafka, schemaRegistry, clientId: `watchword-${service}` } as const
  return createServiceHost({ service, engine }, deps)
}

function configFileOf(args: readonly string[]): string | undefined {
  return parseArgs({ args: [...args], options: { config: { type: 'string' } } }).values.config
}

function readConfig<Schema extends TObject>(
  { schema, env }: ServiceRun<Schema>,
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
