import type { Command } from 'commander'
import { platformUrl } from '../api.ts'
import { playStory, type StoryOptions } from '../story/play-story.ts'
import type { ExitCode, Terminal } from '../terminal.ts'

export function registerDemo(program: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  program
    .command('demo')
    .description(
      'Play the whole story headless, a session is stolen, noticed, locked and given back: against a fresh platform, or the one at --url',
    )
    .option('--data <directory>', 'keep the data there; default: a temporary folder')
    .option('--url <url>', 'a platform that runs, instead of a fresh one', platformUrl)
    .option('--key <key>', "an API key of it with every scope; default: the data folder's dev-key")
    .option('--otlp-url <url>', 'send the traces of a fresh platform to this collector, by OTLP over HTTP')
    .option('--json', 'print one JSON step per line')
    .action(async (options: StoryOptions) => finish(await playStory(options, terminal)))
}
