import { version } from '@watchword/service-host'
import { Command, CommanderError } from 'commander'
import { registerAudit } from './commands/audit.ts'
import { registerClickhouse } from './commands/clickhouse.ts'
import { registerDemo } from './commands/demo.ts'
import { registerDlq } from './commands/dlq.ts'
import { registerDoctor } from './commands/doctor.ts'
import { registerEvents } from './commands/events.ts'
import { registerKeys } from './commands/keys.ts'
import { registerPolicy } from './commands/policy.ts'
import { registerReplay } from './commands/replay.ts'
import { registerSchemaCommands } from './commands/schemas.ts'
import { registerSecrets } from './commands/secrets.ts'
import { registerSession } from './commands/session.ts'
import { registerSimulate } from './commands/simulate.ts'
import { registerTopics } from './commands/topics.ts'
import { registerUp } from './commands/up.ts'
import { registerUser } from './commands/user.ts'
import { type ExitCode, type Terminal, UsageError } from './terminal.ts'

/** Runs one command; answers the exit code: 0 success, 1 failure, 2 usage. */
export async function runCli(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  let exitCode: ExitCode = 0
  const program = new Command('watchword')
    .description('Continuous authentication on streams')
    .version(version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.err(text.trimEnd()),
    })
  const finish = (code: ExitCode): void => {
    exitCode = code
  }
  for (const register of [
    registerUp,
    registerDemo,
    registerReplay,
    registerEvents,
    registerUser,
    registerKeys,
    registerPolicy,
    registerSession,
    registerSimulate,
    registerTopics,
    registerSchemaCommands,
    registerClickhouse,
    registerAudit,
    registerSecrets,
    registerDlq,
    registerDoctor,
  ])
    register(program, terminal, finish)
  try {
    await program.parseAsync([...args], { from: 'user' })
    return exitCode
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    terminal.err(error instanceof Error ? error.message : String(error))
    return error instanceof UsageError ? 2 : 1
  }
}
