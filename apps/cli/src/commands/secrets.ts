import { randomBytes } from 'node:crypto'
import { join, resolve } from 'node:path'
import { newKey } from '@watchword/access'
import { readOrCreateSecretFile } from '@watchword/service-kit'
import { loadOrCreateSecrets } from '@watchword/session-guard'
import { type Command, Option } from 'commander'
import type { Terminal } from '../terminal.ts'

export function registerSecrets(program: Command, terminal: Terminal): void {
  program
    .command('secrets')
    .description('Make the secrets of a deployment in a folder, unless they are there; prints where, never what')
    .requiredOption('--directory <directory>', 'the folder; files in it are readable by their owner alone')
    .addOption(new Option('--for <service>', 'only what this service needs').choices(['session-guard', 'ingest']))
    .option('--json', 'print one JSON object per file')
    .action(async ({ directory, for: only, json }: Readonly<{ directory: string; for?: string; json?: true }>) => {
      const folder = resolve(directory)
      for (const { of, variable, name, make } of secretFiles) {
        if (only !== undefined && only !== of) continue
        const file = join(folder, name)
        await make(folder, file)
        terminal.out(json ? JSON.stringify({ variable, of, file }) : `${of}: ${variable}=${file}`)
      }
    })
}

const secretFiles = [
  {
    variable: 'WATCHWORD_GUARD_SECRETS_FILE',
    of: 'session-guard',
    name: 'session-guard-secrets.json',
    make: (folder: string): Promise<unknown> => loadOrCreateSecrets(folder, { randomBytes }),
  },
  {
    variable: 'WATCHWORD_BOOTSTRAP_KEY_FILE',
    of: 'ingest',
    name: 'bootstrap-key',
    make: (_folder: string, file: string): Promise<unknown> =>
      readOrCreateSecretFile(file, () => `${newKey(randomBytes).text}\n`),
  },
] as const
