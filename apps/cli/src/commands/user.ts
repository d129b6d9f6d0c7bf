import type { Command } from 'commander'
import { type ApiOptions, connectApi } from '../api.ts'
import { timelineLine, type TimelineItem } from '../timeline-line.ts'
import type { Terminal } from '../terminal.ts'
import { withApiOptions, wholeNumber } from './options.ts'

type TimelineOptions = ApiOptions & Readonly<{ limit: number; json?: true }>

export function registerUser(program: Command, terminal: Terminal): void {
  const user = program.command('user').description('What is known of a user')
  withApiOptions(user.command('timeline <user>'))
    .description('What happened, the newest first')
    .option('--limit <count>', 'how many items', wholeNumber(1, 1000), 100)
    .option('--json', 'print one JSON item per line')
    .action(async (name: string, options: TimelineOptions) => {
      const api = await connectApi(options)
      const path = `/v1/users/${encodeURIComponent(name)}/timeline?limit=${options.limit}`
      const { items } = (await api.call('GET', path)) as { items: readonly TimelineItem[] }
      for (const item of items) terminal.out(options.json ? JSON.stringify(item) : timelineLine(item))
    })
}
