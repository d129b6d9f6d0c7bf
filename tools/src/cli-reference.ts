import { type CommandDescription, describeCommands, type ParameterDescription } from '@watchword/cli'
import { code, generatedPage, markdownTable, plainText } from './markdown.ts'

const introduction = `Every command, from the parser that reads them: what \`npx watchword <command> --help\` says.

Exit codes: 0 success; 1 failure, also when what was looked at is not well; 2 wrong use. Messages go to standard error, answers to standard output, with \`--json\` as lines of
JSON. The codes of failures are in [failure modes](../failure-modes.md#command-line). Variables and the file of \`up\`: [configuration](configuration.md).`

/** The page on the command line. */
export async function cliReference(): Promise<string> {
  const described = await describeCommands({
    env: {},
    stdin: process.stdin,
    out: () => undefined,
    err: () => undefined,
    process,
  })
  return generatedPage('Command line', 'the parser of apps/cli', [introduction, ...described.flatMap(partsOf)])
}

function partsOf({ name, description, arguments: values, options }: CommandDescription): readonly string[] {
  const usage = [name, ...values.map((value) => value.usage), ...(options.length > 0 ? ['[options]'] : [])].join(' ')
  const rows = [...values.filter(saysMore), ...options].map(rowOf)
  return [
    `## ${name}`,
    `${code(usage)}: ${sentence(plainText(description))}`,
    ...(rows.length > 0 ? [markdownTable(['Argument or option', 'Meaning', 'Default'], rows)] : []),
  ]
}

/** An argument that says no more than its name stands in the usage already. */
function saysMore({ description, choices }: ParameterDescription): boolean {
  return description !== '' || choices.length > 0
}

function rowOf(parameter: ParameterDescription): readonly string[] {
  const { usage, description, choices, required } = parameter
  const oneOf = choices.length > 0 ? `one of ${choices.map(code).join(', ')}` : ''
  const meaning = [plainText(description), oneOf].filter((text) => text !== '').join('; ')
  return [code(usage), meaning, parameter.default === null ? (required ? 'required' : '') : code(parameter.default)]
}

function sentence(text: string): string {
  return text.endsWith('.') ? text : `${text}.`
}
