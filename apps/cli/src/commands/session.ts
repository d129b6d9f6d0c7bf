import type { Command } from 'commander'
import { type ApiOptions, connectApi } from '../api.ts'
import type { Terminal } from '../terminal.ts'
import { withApiOptions, wholeNumber } from './options.ts'

type ListOptions = ApiOptions & Readonly<{ user?: string; limit: number; json?: true }>
type SessionItem = Readonly<{
  session: string
  app: string
  user: string
  lastSeen: string
  decision?: string
  endedAt?: string
}>
type SessionOptions = ApiOptions & Readonly<{ user: string; session?: string; reason: string; json?: true }>

export function registerSession(program: Command, terminal: Terminal): void {
  const session = program.command('session').description('What operators do to sessions')
  const command = (name: string, description: string): Command =>
    withApiOptions(session.command(name))
      .description(description)
      .requiredOption('--user <user>', 'whose')
      .option('--reason <reason>', 'for the audit', 'operator')
      .option('--json', 'print the answer as JSON')

  withApiOptions(session.command('list'))
    .description('Sessions of the last 7 days, the last active first')
    .option('--user <user>', "only this user's")
    .option('--limit <count>', 'how many', wholeNumber(1, 1000), 100)
    .option('--json', 'print one JSON session per line')
    .action(async (options: ListOptions) => {
      const query = new URLSearchParams({ limit: String(options.limit) })
      if (options.user !== undefined) query.set('user', options.user)
      const api = await connectApi(options)
      const { items } = (await api.call('GET', `/v1/sessions?${query.toString()}`)) as { items: readonly SessionItem[] }
      for (const item of items) terminal.out(options.json ? JSON.stringify(item) : sessionLine(item))
    })
  command('lock', 'Lock a user, or one session; answers when nobody admits it any more')
    .option('--session <session>', 'only this session')
    .action(async (options: SessionOptions) => {
      const { reason, session: named } = options
      const answer = await post(options, 'lock', { reason, ...(named === undefined ? {} : { session: named }) })
      terminal.out(options.json ? JSON.stringify(answer) : 'locked')
    })
  command('unlock', "Open all of a user's locks").action(async (options: SessionOptions) => {
    const answer = await post(options, 'unlock', { reason: options.reason })
    terminal.out(options.json ? JSON.stringify(answer) : 'unlocked')
  })
  command('end', 'End a session for good')
    .requiredOption('--session <session>', 'which')
    .action(async (options: SessionOptions) => {
      const api = await connectApi(options)
      const query = new URLSearchParams({ user: options.user, reason: options.reason })
      await api.call('DELETE', `/v1/sessions/${encodeURIComponent(options.session ?? '')}?${query.toString()}`)
      terminal.out(options.json ? JSON.stringify({ ended: options.session }) : 'ended')
    })
}

function sessionLine({ session, app, user, lastSeen, decision = '', endedAt }: SessionItem): string {
  return `${lastSeen}  ${user}  ${app}  ${session}  ${endedAt === undefined ? decision : `ended ${endedAt}`}`
}

async function post(options: SessionOptions, action: string, body: object): Promise<unknown> {
  const api = await connectApi(options)
  return api.call('POST', `/v1/users/${encodeURIComponent(options.user)}/${action}`, body)
}
