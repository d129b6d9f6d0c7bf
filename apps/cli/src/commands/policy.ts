import type { Command } from 'commander'
import { testPolicy } from '@watchword/policy'
import { readPolicyFile } from '../platform/policy-file.ts'
import type { ExitCode, Terminal } from '../terminal.ts'
import { registerPolicyDiff } from './policy-diff.ts'

export function registerPolicy(program: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  const policy = program.command('policy').description('Policies as files')
  policy
    .command('check <file>')
    .description('Say every fault of a policy, by its pointer')
    .option('--json', 'print JSON')
    .action(async (file: string, options: Readonly<{ json?: true }>) => {
      const document = await readPolicyFile(file)
      terminal.out(options.json ? JSON.stringify({ valid: true, profile: document.profile }) : `${file} is valid`)
    })
  policy
    .command('test <file>')
    .description("Run the policy's own tests")
    .option('--json', 'print one JSON result per line')
    .action(async (file: string, options: Readonly<{ json?: true }>) => {
      const results = testPolicy(await readPolicyFile(file))
      for (const result of results)
        terminal.out(
          options.json
            ? JSON.stringify(result)
            : `${result.passed ? '✓' : '✗'} ${result.name}${result.passed ? '' : `: ${result.differences.join('; ')}`}`,
        )
      if (results.some(({ passed }) => !passed)) finish(1)
    })
  registerPolicyDiff(policy, terminal)
}
