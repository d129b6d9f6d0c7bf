import { checkSchemas, registerSchemas, type SchemaFinding } from '@watchword/contracts'
import type { Command } from 'commander'
import { type RegistryOptions, schemaRegistryOf } from '../cluster/schema-registry.ts'
import type { ExitCode, Terminal } from '../terminal.ts'

type SchemaOptions = RegistryOptions & Readonly<{ json?: true }>

export function registerSchemaCommands(program: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  const schemas = program.command('schemas').description("The schemas of the log's records in a schema registry")
  withOptions(schemas.command('check'))
    .description('Say how each schema stands to what is registered; exit 1 if one is incompatible; changes nothing')
    .action(async (options: SchemaOptions) => {
      const findings = await checkSchemas(schemaRegistryOf(options, terminal))
      for (const finding of findings) terminal.out(lineOf(finding, options))
      if (findings.some(({ status }) => status === 'incompatible')) finish(1)
    })
  withOptions(schemas.command('register'))
    .description('Register every schema under BACKWARD_TRANSITIVE, or nothing if one is incompatible')
    .action(async (options: SchemaOptions) => {
      for (const finding of await registerSchemas(schemaRegistryOf(options, terminal)))
        terminal.out(lineOf(finding, options))
    })
}

function withOptions(command: Command): Command {
  return command
    .option('--registry <url>', 'where the Confluent API of the registry begins')
    .option('--config <file>', 'a YAML file with the section schemaRegistry; WATCHWORD_SCHEMA_REGISTRY_* win over it')
    .option('--json', 'print one JSON object per schema')
}

function lineOf(finding: SchemaFinding, { json }: SchemaOptions): string {
  if (json) return JSON.stringify(finding)
  const { subject } = finding
  if (finding.status === 'registered') return `registered    ${subject}: id ${finding.id}`
  if (finding.status === 'incompatible') return `INCOMPATIBLE  ${subject}: ${finding.detail}`
  return `new           ${subject}: ${finding.versions === 0 ? 'nothing registered yet' : `reads all ${finding.versions} registered`}`
}
