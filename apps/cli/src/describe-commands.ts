import { type Command, type Option } from 'commander'
import { createProgram } from './cli.ts'
import type { Terminal } from './terminal.ts'

/** An option or an argument as `--help` tells of it. */
export type ParameterDescription = Readonly<{
  /** As it is written: `--port <port>`, `<user>`. */
  usage: string
  description: string
  /** As JSON; null where there is none, or the description says it. */
  default: string | null
  /** Of the values that it takes; empty where any will do. */
  choices: readonly string[]
  required: boolean
}>

/** One command that can be called. */
export type CommandDescription = Readonly<{
  /** With its parents, such as `watchword user risk`. */
  name: string
  description: string
  arguments: readonly ParameterDescription[]
  options: readonly ParameterDescription[]
}>

/** Every command in the order of the help, from the parser itself; nothing is run. */
export async function describeCommands(terminal: Terminal): Promise<readonly CommandDescription[]> {
  return callable(await createProgram(terminal, () => undefined), [])
}

function callable(command: Command, parents: readonly string[]): readonly CommandDescription[] {
  const path = [...parents, command.name()]
  if (command.commands.length > 0) return command.commands.flatMap((below) => callable(below, path))
  return [
    {
      name: path.join(' '),
      description: command.description(),
      arguments: command.registeredArguments.map((argument) => ({
        usage: bracketed(argument.name(), argument),
        description: argument.description,
        default: jsonOf(argument.defaultValue),
        choices: argument.argChoices ?? [],
        required: argument.required,
      })),
      options: command.options.filter(({ hidden }) => !hidden).map(describeOption),
    },
  ]
}

function describeOption(option: Option): ParameterDescription {
  const { flags, description, defaultValue, argChoices, mandatory } = option
  return { usage: flags, description, default: jsonOf(defaultValue), choices: argChoices ?? [], required: mandatory }
}

function bracketed(name: string, { required, variadic }: Readonly<{ required: boolean; variadic: boolean }>): string {
  const text = `${name}${variadic ? '...' : ''}`
  return required ? `<${text}>` : `[${text}]`
}

function jsonOf(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value)
}
