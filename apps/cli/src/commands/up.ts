import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { version } from '@watchword/service-host'
import { createLogger, type Lifecycle, type Logger, loadConfig, runUntilSignal } from '@watchword/service-kit'
import type { Command } from 'commander'
import { readConfigFile } from '../config-file.ts'
import { demoApp } from '../platform/first-key.ts'
import { startPlatform } from '../platform/platform.ts'
import { type PlatformConfig, platformConfigSchema } from '../platform/platform-config.ts'
import type { ExitCode, Terminal } from '../terminal.ts'
import { wholeNumber } from './options.ts'

type UpOptions = Readonly<{
  port?: number
  host?: string
  data?: string
  policy?: string
  config?: string
  demo?: true
  json?: true
}>

export function registerUp(program: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  program
    .command('up')
    .description('Run the whole platform in this process: no server to install')
    .option('--port <port>', 'where to listen (default 8080)', wholeNumber(0, 65_535))
    .option('--host <host>', 'the address to listen on (default 127.0.0.1)')
    .option('--data <directory>', 'the data folder (default ./.watchword)')
    .option('--policy <file>', 'a policy to put in force')
    .option('--config <file>', 'a YAML file; WATCHWORD_* variables win over it')
    .option('--demo', 'serve the demo bank as well')
    .option('--json', 'say where it listens as a line of JSON on standard output')
    .action(async (options: UpOptions) => {
      const config = upConfig(options, terminal)
      const logger = createLogger({ service: 'watchword', version, level: config.log.level })
      finish(
        await runUntilSignal(
          {},
          {
            process: terminal.process,
            logger,
            start: (lifecycle, onFatal) => start(config, options, { logger, lifecycle, terminal, onFatal }),
          },
        ),
      )
    })
}

/** The configuration of the file and the environment, with the options over both. */
function upConfig(options: UpOptions, terminal: Terminal): PlatformConfig {
  const config = loadConfig(platformConfigSchema, {
    ...(options.config === undefined ? {} : { file: readConfigFile(options.config) }),
    env: terminal.env,
    readFile: (path) => readFileSync(path, 'utf8'),
  })
  return {
    ...config,
    server: { host: options.host ?? config.server.host, port: options.port ?? config.server.port },
    data: { directory: options.data ?? config.data.directory },
    policy: policyOf(options, config),
  }
}

/** The demo brings a policy of its own, so that a mass export asks for proof. */
function policyOf(options: UpOptions, config: PlatformConfig): PlatformConfig['policy'] {
  const file = options.policy ?? config.policy.file
  if (file !== undefined) return { file }
  return options.demo ? { file: fileURLToPath(import.meta.resolve('@watchword/demo-bank/policy.yaml')) } : {}
}

type StartDeps = Readonly<{
  logger: Logger
  lifecycle: Lifecycle
  terminal: Terminal
  onFatal: (error: unknown) => void
}>

async function start(
  config: PlatformConfig,
  options: UpOptions,
  { logger, lifecycle, terminal, onFatal }: StartDeps,
): Promise<void> {
  const platform = await startPlatform(config, {
    logger,
    lifecycle,
    onFatal,
    extend: async (server, { key, url }) => {
      if (!options.demo) return
      const { createDemoBank } = await import('@watchword/demo-bank')
      const bank = createDemoBank(
        { watchwordUrl: url, key, app: demoApp, publicUrl: url },
        { onError: (error) => logger.warn({ err: error }, 'the demo bank could not reach watchword') },
      )
      await bank.routes({ register: (plugin) => server.register(async (scope) => plugin(scope.withTypeProvider())) })
      lifecycle.defer('demo bank', () => bank.stop())
    },
  })
  logger.info({ url: platform.url, data: config.data.directory, clickhouse: platform.clickhouseUrl }, 'watchword is up')
  // Browsers treat localhost as a secure context, and that is the name the documentation uses.
  const url = platform.url.replace('//127.0.0.1:', '//localhost:')
  const apiKeyFile = `${config.data.directory}/dev-key`
  const where = {
    url,
    ...(options.demo ? { demoBank: `${url}/` } : {}),
    apiKeyFile,
    openApi: `${url}/openapi.json`,
    clickhouse: platform.clickhouseUrl,
  }
  if (options.json) terminal.out(JSON.stringify(where))
  else terminal.err(banner(where))
}

function banner({ url, demoBank, apiKeyFile, openApi }: Readonly<Record<string, string>>): string {
  return [
    '',
    `  Watchword is up: ${url}`,
    ...(demoBank === undefined ? [] : [`  The demo bank:   ${demoBank}`]),
    `  API key:         ${apiKeyFile}`,
    `  OpenAPI:         ${openApi}`,
    '',
  ].join('\n')
}
