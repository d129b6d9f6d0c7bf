import { version } from '@watchword/service-host/version'
import { Command, CommanderError } from 'commander'
import { type ExitCode, type Terminal, UsageError } from './terminal.ts'

type Register = (program: Command, terminal: Terminal, finish: (code: ExitCode) => void) => void

/** By name, in the order of the help. Each is loaded when it is meant: most of the platform is not needed to send an event. */
const commands: ReadonlyMap<string, () => Promise<Register>> = new Map(
  Object.entries({
    up: async () => (await import('./commands/up.ts')).registerUp,
    demo: async () => (await import('./commands/demo.ts')).registerDemo,
    replay: async () => (await import('./commands/replay.ts')).registerReplay,
    events: async () => (await import('./commands/events.ts')).registerEvents,
    user: async () => (await import('./commands/user.ts')).registerUser,
    keys: async () => (await import('./commands/keys.ts')).registerKeys,
    policy: async () => (await import('./commands/policy.ts')).registerPolicy,
    session: async () => (await import('./commands/session.ts')).registerSession,
    notify: async () => (await import('./commands/notify.ts')).registerNotify,
    simulate: async () => (await import('./commands/simulate.ts')).registerSimulate,
    topics: async () => (await import('./commands/topics.ts')).registerTopics,
    schemas: async () => (await import('./commands/schemas.ts')).registerSchemaCommands,
    clickhouse: async () => (await import('./commands/clickhouse.ts')).registerClickhouse,
    audit: async () => (await import('./commands/audit.ts')).registerAudit,
    secrets: async () => (await import('./commands/secrets.ts')).registerSecrets,
    dlq: async () => (await import('./commands/dlq.ts')).registerDlq,
    doctor: async () => (await import('./commands/doctor.ts')).registerDoctor,
  }),
)

/** The parser of the command line, with the commands of these names, or all of them. */
export async function createProgram(
  terminal: Terminal,
  finish: (code: ExitCode) => void,
  names: readonly string[] = [...commands.keys()],
): Promise<Command> {
  const program = new Command('watchword')
    .description('Continuous authentication on streams')
    .version(version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.err(text.trimEnd()),
    })
  for (const [name, load] of commands) if (names.includes(name)) (await load())(program, terminal, finish)
  return program
}

/** Runs one command; answers the exit code: 0 success, 1 failure, 2 usage. */
export async function runCli(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  let exitCode: ExitCode = 0
  const finish = (code: ExitCode): void => {
    exitCode = code
  }
  const [meant = ''] = args
  const program = await createProgram(terminal, finish, commands.has(meant) ? [meant] : undefined)
  try {
    await program.parseAsync([...args], { from: 'user' })
    return exitCode
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    terminal.err(error instanceof Error ? error.message : String(error))
    return error instanceof UsageError ? 2 : 1
  }
}
