import { randomBytes } from 'node:crypto'
import { Argument, type Command } from 'commander'
import { type ApiOptions, connectApi } from '../api.ts'
import { type PlayedStep, playScenario } from '../simulate/play-scenario.ts'
import { scenarios } from '../simulate/scenarios.ts'
import type { ExitCode, Terminal } from '../terminal.ts'
import { withApiOptions } from './options.ts'

type SimulateOptions = ApiOptions & Readonly<{ user?: string; json?: true }>
type Status = Readonly<{ locked: boolean; lock?: Readonly<{ scope: string }> }>

export function registerSimulate(program: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  const listed = Object.entries(scenarios).map(([name, { description }]) => `  ${name.padEnd(18)} ${description}`)
  withApiOptions(program.command('simulate'))
    .description('Play an attack against a running platform and print what it decided')
    .addArgument(new Argument('<scenario>', 'which attack').choices(Object.keys(scenarios)))
    .option('--user <user>', 'who is attacked; default: somebody new')
    .option('--json', 'print one JSON step per line')
    .addHelpText('after', `\nScenarios:\n${listed.join('\n')}`)
    .action(async (name: string, options: SimulateOptions) => finish(await simulate(name, options, terminal)))
}

/** Fails when a step was not judged in time; whatever was decided is no failure. */
async function simulate(name: string, options: SimulateOptions, terminal: Terminal): Promise<ExitCode> {
  const scenario = scenarios[name]
  if (scenario === undefined) return 2
  const api = await connectApi(options)
  const user = options.user ?? `simulated-${name}-${randomBytes(4).toString('hex')}`
  let unjudged = 0
  for await (const step of playScenario(api, scenario, user)) {
    if (step.assessment === undefined) unjudged++
    terminal.out(options.json ? JSON.stringify(step) : lineOf(step))
  }
  const { locked, lock } = (await api.call('GET', `/v1/users/${encodeURIComponent(user)}/status`)) as Status
  const standing = locked ? `locked, ${lock?.scope ?? 'user'}` : 'not locked'
  terminal.out(options.json ? JSON.stringify({ user, locked, ...(lock && { lock }) }) : `${user}: ${standing}`)
  return unjudged === 0 ? 0 : 1
}

function lineOf({ text, user, assessment }: PlayedStep): string {
  if (assessment === undefined) return `${text} (${user}): not judged in time`
  const { decision, score, level, reasonAdmin } = assessment
  return `${text} (${user})\n  ${decision} ${score} ${level}  ${reasonAdmin}`
}
