import type { Command } from 'commander'
import { type ApiOptions, connectApi } from '../api.ts'
import { timelineLine, type TimelineItem } from '../timeline-line.ts'
import type { Terminal } from '../terminal.ts'
import { withApiOptions, wholeNumber } from './options.ts'

type TimelineOptions = ApiOptions & Readonly<{ limit: number; json?: true }>
type Status = Readonly<{ locked: boolean; lock?: Readonly<{ scope: string; level: string }> }>
type Profile = Readonly<{ user: string; lastAssessment?: Readonly<Record<string, string | number>> }>
type RiskOptions = ApiOptions & Readonly<{ json?: true }>
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
  withApiOptions(user.command('risk <user>'))
    .description('How a user stands: the last assessment, and whether a lock applies')
    .option('--json', 'print the answer as JSON')
    .action(async (name: string, options: RiskOptions) => {
      const api = await connectApi(options)
      const profile = (await api.call('GET', pathOf(name, 'profile'))) as Profile
      const status = (await api.call('GET', pathOf(name, 'status'))) as Status
      const { user: canonical, lastAssessment } = profile
      const { locked, lock } = status
      const risk = { user: canonical, locked, ...(lock && { lock }), ...(lastAssessment && { lastAssessment }) }
      terminal.out(options.json ? JSON.stringify(risk) : riskLine(profile, status))
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

function riskLine({ user, lastAssessment: last }: Profile, { locked, lock }: Status): string {
  const judged =
    last === undefined
      ? 'never judged'
      : `${last['level']} ${last['score']} ${last['decision']}  ${last['reasonAdmin']}  at ${last['time']}`
  return `${user}  ${locked ? `locked (${lock?.scope ?? 'user'})` : 'not locked'}  ${judged}`
}

function pathOf(user: string, rest: string): string {
  return `/v1/users/${encodeURIComponent(user)}/${rest}`
}
