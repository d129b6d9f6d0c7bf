import { open } from 'node:fs/promises'
import { createCodecs, createEmbeddedRegistry, publicAssessment } from '@watchword/contracts'
import { builtInPolicy, canonicalJson, compileDocument, type PolicyVersion, policyHash } from '@watchword/policy'
import { version } from '@watchword/service-host'
import { createLogger } from '@watchword/service-kit'
import { exactNames, type UserNames, userNames } from '@watchword/user-names'
import { type Command, Option } from 'commander'
import { inputFormats, readInput } from '../connectors/read-input.ts'
import { readPolicyFile } from '../platform/policy-file.ts'
import { createReplay } from '../replay/replay.ts'
import type { ExitCode, Terminal } from '../terminal.ts'
import { formatOf } from './events.ts'

type ReplayCommandOptions = Readonly<{
  input: string
  policy?: string
  output?: string
  format: string
  assumeVerified: 'never' | 'succeeded'
  userNames: UserNames
  json?: true
}>

export function registerReplay(program: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  program
    .command('replay')
    .description('Judge a recording with the same engine and no server: one assessment out for each activity in')
    .requiredOption('--input <file>', 'a file, or - for standard input')
    .option('--policy <file>', 'the policy to judge by; default: balanced')
    .option('--output <file>', 'where the assessments go; default: standard output')
    .option('--format <format>', inputFormats.join(' | '), 'activities')
    .addOption(
      new Option('--assume-verified <which>', 'treat every succeeded login as verified')
        .choices(['never', 'succeeded'])
        .default('never'),
    )
    .addOption(
      new Option('--user-names <rule>', 'how the names of users are read').choices(userNames).default(exactNames),
    )
    .option('--json', 'print the summary as JSON')
    .action(async (options: ReplayCommandOptions) => finish(await replay(options, terminal)))
}

type Counts = Record<'assessed' | 'repeated' | 'rejected' | 'unreadable', number>

async function replay(options: ReplayCommandOptions, terminal: Terminal): Promise<ExitCode> {
  const format = formatOf(options.format)
  const logger = createLogger({ service: 'replay', version, level: 'silent' })
  const codecs = await createCodecs(createEmbeddedRegistry())
  const policy = await policyOf(options.policy)
  const judge = await createReplay({ ...options, policy }, { codecs, logger })
  const input = options.input === '-' ? terminal.stdin : (await open(options.input)).createReadStream()
  const output = await openOutput(options.output, terminal)
  const counts: Counts = { assessed: 0, repeated: 0, rejected: 0, unreadable: 0 }
  let number = 0

  for await (const read of readInput(input, format)) {
    number++
    if (!read.ok) {
      counts.unreadable++
      terminal.err(`line ${read.line}: ${read.detail}`)
      continue
    }
    const judged = judge(read.activity)
    counts[judged.status]++
    if (judged.status === 'rejected') terminal.err(`activity ${number}: ${judged.detail}`)
    else await output.write(JSON.stringify(publicAssessment(judged.assessment)))
  }
  await output.close()
  terminal.err(options.json ? JSON.stringify(counts) : summary(counts))
  return counts.rejected + counts.unreadable > 0 ? 1 : 0
}

async function policyOf(file: string | undefined): Promise<PolicyVersion> {
  if (file === undefined) return builtInPolicy()
  const document = await readPolicyFile(file)
  return { ...compileDocument(document), hash: policyHash(canonicalJson(document)), version: 1, effectiveFrom: 0 }
}

type Output = Readonly<{ write: (line: string) => Promise<void>; close: () => Promise<void> }>

async function openOutput(file: string | undefined, terminal: Terminal): Promise<Output> {
  if (file === undefined) return { write: async (line) => terminal.out(line), close: async () => undefined }
  const handle = await open(file, 'w')
  return {
    write: async (line) => {
      await handle.write(`${line}\n`)
    },
    close: () => handle.close(),
  }
}

function summary(counts: Counts): string {
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([status, count]) => `${count} ${status}`)
    .join(', ')
}
