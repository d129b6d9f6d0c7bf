import type { Command } from 'commander'
import { type ApiOptions, connectApi } from '../api.ts'
import type { ExitCode, Terminal } from '../terminal.ts'
import { withApiOptions } from './options.ts'

type TestAnswer = Readonly<{
  notification: string
  endpoints: number
  deliveries: readonly Readonly<{ endpoint: string; outcome: string; detail: string }>[]
}>

export function registerNotify(program: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  const notify = program.command('notify').description('What people and machines are told')
  withApiOptions(notify.command('test'))
    .description(
      'Tell every webhook and SIEM of the tenant that this is a test (nobody gets a mail); 0 only if each has taken it',
    )
    .option('--json', 'print JSON')
    .action(async (options: ApiOptions & Readonly<{ json?: true }>) => {
      const api = await connectApi(options)
      const answer = (await api.call('POST', '/v1/notifications/test')) as TestAnswer
      const delivered = answer.deliveries.filter(({ outcome }) => outcome === 'delivered').length
      finish(answer.endpoints > 0 && delivered === answer.endpoints ? 0 : 1)
      if (options.json === true) return terminal.out(JSON.stringify(answer))
      for (const { endpoint, outcome, detail } of answer.deliveries) terminal.out(`${endpoint}  ${outcome}  ${detail}`)
      terminal.out(`${delivered} of ${answer.endpoints} endpoints have taken ${answer.notification}`)
    })
}
