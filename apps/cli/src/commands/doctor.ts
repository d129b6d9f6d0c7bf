import type { Command } from 'commander'
import { type EmbeddedOptions, examineEmbedded } from '../doctor/embedded.ts'
import { checked, type Finding, findingLine } from '../doctor/finding.ts'
import { examineMachine } from '../doctor/machine.ts'
import { examineServices } from '../doctor/services.ts'
import { type ExitCode, type Terminal, UsageError } from '../terminal.ts'
import { withApiOptions } from './options.ts'

type Options = EmbeddedOptions & Readonly<{ services?: readonly string[]; json?: true }>

export function registerDoctor(program: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  withApiOptions(program.command('doctor'))
    .description(
      'Look for what is wrong with this installation and the running platform; exit 1 for an error, 0 for a warning',
    )
    .option('--config <file>', 'the YAML file that `watchword up` reads; WATCHWORD_* variables win over it')
    .option(
      '--services <service=file...>',
      'look at services in processes of their own instead: what they read here (a file is what the service has as --config, and may be left out), and the servers that they need',
    )
    .option('--json', 'print one JSON finding per line')
    .action(async ({ data, ...options }: Options, command: Command) => {
      // The default of the option is not to win over the configuration.
      const folder = command.getOptionValueSource('data') === 'default' ? undefined : data
      const given = { ...options, ...(folder === undefined ? {} : { data: folder }) }
      const findings = [
        ...(await checked({ check: 'machine' }, examineMachine)),
        ...(await checked({ check: 'doctor' }, () => examine(given, terminal))),
      ]
      for (const finding of findings) terminal.out(options.json ? JSON.stringify(finding) : findingLine(finding))
      if (findings.some(({ ok }) => !ok)) finish(1)
    })
}

function examine(options: Options, { env }: Terminal): Promise<readonly Finding[]> {
  const { services, config } = options
  if (services === undefined) return examineEmbedded(options, env)
  if (config !== undefined)
    throw new UsageError('--config is for watchword up; a service has its own: --services scorer=scorer.yaml')
  return examineServices(services, env)
}
