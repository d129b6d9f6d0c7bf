import type { Command } from 'commander'
import { type ApiOptions, connectApi } from '../api.ts'
import { timelineLine, type TimelineItem } from '../timeline-line.ts'
import type { Terminal } from '../terminal.ts'
import { withApiOptions, wholeNumber } from './options.ts'

type TimelineOptions = ApiOptions & Readonly<{ limit: number; json?: true }>
type ResetOptions = ApiOptions & Readonly<{ reason: string; json?: true }>

export function registerUser(program: Command, terminal: Terminal): void {
  const user = program.command('user').description('What is known of a user')
  withApiOptions(user.command('timeline <user>'))
    .description('What happened, the newest first')
    .option('--limit <count>', 'how many items', wholeNumber(1, 1000), 100)
    .option('--json', 'print one JSON item per line')
    .action(async (name: string, options: TimelineOptions) => {
      const api = await connectApi(options)
      const { items } = (await api.call('GET', pathOf(name, `timeline?limit=${options.limit}`))) as {
        items: readonly TimelineItem[]
      }
      for (const item of items) terminal.out(options.json ? JSON.stringify(item) : timelineLine(item))
    })
  withApiOptions(user.command('reset <user>'))
    .description('Forget what was learned: the user is a stranger then; locks, factors and suspicion stay')
    .option('--reason <reason>', 'for the audit', 'operator')
    .option('--json', 'print the answer as JSON')
    .action(async (name: string, options: ResetOptions) => {
      const api = await connectApi(options)
      const answer = await api.call('POST', pathOf(name, 'profile/reset'), { reason: options.reason })
      terminal.out(options.json ? JSON.stringify(answer) : 'forgotten')
    })
}

function pathOf(user: string, rest: string): string {
  return `/v1/users/${encodeURIComponent(user)}/${rest}`
}
