import { randomBytes } from 'node:crypto'
import { join, resolve } from 'node:path'
import { newKey } from '@watchword/access'
import { readOrCreateSecretFile } from '@watchword/service-kit'
import { loadOrCreateSecrets } from '@watchword/session-guard'
import type { Command } from 'commander'
import type { Terminal } from '../terminal.ts'

export function registerSecrets(program: Command, terminal: Terminal): void {
  program
    .command('secrets')
    .description('Make the secrets of a deployment in a folder, unless they are there; prints where, never what')
    .requiredOption('--directory <directory>', 'the folder; files in it are readable by their owner alone')
    .option('--json', 'print one JSON object per file')
    .action(async ({ directory, json }: Readonly<{ directory: string; json?: true }>) => {
      const folder = resolve(directory)
      const guard = join(folder, 'session-guard-secrets.json')
      await loadOrCreateSecrets(folder, { randomBytes })
      const bootstrap = join(folder, 'bootstrap-key')
      await readOrCreateSecretFile(bootstrap, () => `${newKey(randomBytes).text}\n`)
      const files = [
        { variable: 'WATCHWORD_GUARD_SECRETS_FILE', of: 'session-guard', file: guard },
        { variable: 'WATCHWORD_BOOTSTRAP_KEY_FILE', of: 'ingest', file: bootstrap },
      ]
      for (const each of files) terminal.out(json ? JSON.stringify(each) : `${each.of}: ${each.variable}=${each.file}`)
    })
}
