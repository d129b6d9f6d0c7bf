import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { newKey } from '@watchword/access'
import { loadOrCreateSigningJwk } from '@watchword/auditor'
import { loadOrCreateReportKey, reportKeyFile } from '@watchword/notifier'
import { readOrCreateSecretFile, writeSecretFile } from '@watchword/service-kit'
import { loadOrCreateSecrets, type RotatedSecret, rotateSecret, type RotationStep } from '@watchword/session-guard'
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
    .option('--rotate-commands', 'take the next of three steps to another key of the commands to the lock stage')
    .option('--rotate-factors', 'take the next of two steps to another key that seals factors; the ones before stay')
    .option('--rotate-tickets', 'make another key of tickets and challenges; those under way are refused')
    .option('--json', 'print one JSON object per variable')
    .action(async ({ directory, for: only, json, ...options }: Options) => {
      const folder = resolve(directory)
      const [secret, another] = rotatedBy(options)
      if (another !== undefined) throw new UsageError('one secret at a time')
      if (secret !== undefined) return tellRotation(secret, await rotateIn(folder, secret), terminal, json)
      for (const { of, variable, name, make, also } of secretFiles) {
        if (only !== undefined && only !== of) continue
        const file = join(folder, name)
        await make(folder, file)
        const told = [{ variable, of, file }, ...(also !== undefined && only === undefined ? [{ ...also, file }] : [])]
        for (const each of told) terminal.out(json ? JSON.stringify(each) : `${each.of}: ${each.variable}=${each.file}`)
      }
    })
}

type Rotations = Readonly<{
  rotateSigning?: true
  rotateCommands?: true
  rotateFactors?: true
  rotateTickets?: true
}>

type Options = Readonly<{ directory: string; for?: string; json?: true }> & Rotations

function rotatedBy({
  rotateSigning,
  rotateCommands,
  rotateFactors,
  rotateTickets,
}: Rotations): readonly RotatedSecret[] {
  return [
    ...(rotateSigning ? ['signing' as const] : []),
    ...(rotateCommands ? ['commands' as const] : []),
    ...(rotateFactors ? ['factors' as const] : []),
    ...(rotateTickets ? ['tickets' as const] : []),
  ]
}

const guardFile = 'session-guard-secrets.json'

async function rotateIn(folder: string, secret: RotatedSecret): Promise<RotationStep> {
  const file = join(folder, guardFile)
  if (!existsSync(file)) throw new UsageError(`there is no ${guardFile} in ${folder}`)
  const { text, step } = rotateSecret(await readFile(file, 'utf8'), secret, { randomBytes })
  await writeSecretFile(file, text)
  return step
}

function tellRotation(secret: RotatedSecret, step: RotationStep, terminal: Terminal, json: true | undefined): void {
  terminal.out(
    json ? JSON.stringify({ step }) : `${step}: give every session-guard this file; ${whatNext(secret, step)}`,
  )
}

// oxlint-disable-next-line typescript/consistent-return -- the switch is exhaustive
function whatNext(secret: RotatedSecret, step: RotationStep): string {
  switch (step) {
    case 'published':
      return 'five minutes after the last one started, take the next step'
    case 'added':
      return 'when the last one has started, take the next step'
    case 'signing':
      return secret === 'signing'
        ? 'five minutes after the last one started, take the last step'
        : 'when the log has nothing any more that the last key signed, in 30 days, take the last step'
    case 'sealing':
      return 'new factors are sealed with the new key, and the ones before stay, for what they have sealed'
    case 'done':
      return 'the last key is gone from it'
  }
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
