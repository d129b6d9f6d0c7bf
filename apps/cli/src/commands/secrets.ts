import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { newKey } from '@watchword/access'
import { loadOrCreateSigningJwk } from '@watchword/auditor'
import { loadOrCreateReportKey, reportKeyFile } from '@watchword/notifier'
import { readOrCreateSecretFile, writeSecretFile } from '@watchword/service-kit'
import { loadOrCreateSecrets, rotateSigning, type RotationStep } from '@watchword/session-guard'
import { type Command, Option } from 'commander'
import { type Terminal, UsageError } from '../terminal.ts'

export function registerSecrets(program: Command, terminal: Terminal): void {
  program
    .command('secrets')
    .description('Make the secrets of a deployment in a folder, unless they are there; prints where, never what')
    .requiredOption('--directory <directory>', 'the folder; files in it are readable by their owner alone')
    .addOption(
      new Option('--for <service>', 'only what this service needs').choices([
        'session-guard',
        'ingest',
        'notifier',
        'auditor',
      ]),
    )
    .option('--rotate-signing', 'take the next of three steps to another key of mfaTokens')
    .option('--json', 'print one JSON object per variable')
    .action(async ({ directory, for: only, json, rotateSigning: rotates }: Options) => {
      const folder = resolve(directory)
      if (rotates) return tellRotation(await rotateIn(folder), terminal, json)
      for (const { of, variable, name, make, also } of secretFiles) {
        if (only !== undefined && only !== of) continue
        const file = join(folder, name)
        await make(folder, file)
        const told = [{ variable, of, file }, ...(also !== undefined && only === undefined ? [{ ...also, file }] : [])]
        for (const each of told) terminal.out(json ? JSON.stringify(each) : `${each.of}: ${each.variable}=${each.file}`)
      }
    })
}

type Options = Readonly<{ directory: string; for?: string; rotateSigning?: true; json?: true }>

const guardFile = 'session-guard-secrets.json'

async function rotateIn(folder: string): Promise<RotationStep> {
  const file = join(folder, guardFile)
  if (!existsSync(file)) throw new UsageError(`there is no ${guardFile} in ${folder}`)
  const { text, step } = rotateSigning(await readFile(file, 'utf8'))
  await writeSecretFile(file, text)
  return step
}

function tellRotation(step: RotationStep, terminal: Terminal, json: true | undefined): void {
  terminal.out(json ? JSON.stringify({ step }) : `${step}: ${whatNext[step]}`)
}

const whatNext: Readonly<Record<RotationStep, string>> = {
  published: 'give every session-guard this file; five minutes after the last one started, take the next step',
  signing: 'give every session-guard this file; five minutes after the last one started, take the last step',
  done: 'give every session-guard this file; the last key is gone from it',
}

type SecretFile = Readonly<{
  variable: string
  of: string
  name: string
  make: (folder: string, file: string) => Promise<unknown>
  /** Who has it, too. */
  also?: Readonly<{ variable: string; of: string }>
}>

const secretFiles: readonly SecretFile[] = [
  {
    variable: 'WATCHWORD_GUARD_SECRETS_FILE',
    of: 'session-guard',
    name: guardFile,
    make: (folder) => loadOrCreateSecrets(folder, { randomBytes }),
  },
  {
    variable: 'WATCHWORD_BOOTSTRAP_KEY_FILE',
    of: 'ingest',
    name: 'bootstrap-key',
    make: (_folder, file) => readOrCreateSecretFile(file, () => `${newKey(randomBytes).text}\n`),
  },
  {
    variable: 'WATCHWORD_NOTIFIER_REPORT_KEY_FILE',
    of: 'notifier',
    name: reportKeyFile,
    make: (folder) => loadOrCreateReportKey(folder),
    // The one signs with it what the other takes.
    also: { variable: 'WATCHWORD_GUARD_REPORT_KEY_FILE', of: 'session-guard' },
  },
  {
    variable: 'WATCHWORD_AUDIT_SIGNING_KEY_FILE',
    of: 'auditor',
    name: 'audit-signing-key.json',
    make: (_folder, file) => loadOrCreateSigningJwk(file),
  },
]
