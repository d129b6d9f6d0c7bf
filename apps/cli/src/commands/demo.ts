import type { Command } from 'commander'
import { playStory } from '../story/play-story.ts'
import type { ExitCode, Terminal } from '../terminal.ts'

export function registerDemo(program: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  program
    .command('demo')
    .description(
      'Play the whole story headless against a fresh platform: a session is stolen, noticed, locked and given back',
    )
    .option('--data <directory>', 'keep the data there; default: a temporary folder')
    .option('--json', 'print one JSON step per line')
    .action(async (options: Readonly<{ data?: string; json?: true }>) => finish(await playStory(options, terminal)))
}
