import type { Command } from 'commander'
import { type Api, type ApiOptions, connectApi } from '../api.ts'
import type { Terminal } from '../terminal.ts'
import { withApiOptions } from './options.ts'

type ListOptions = ApiOptions & Readonly<{ topic?: string; json?: true }>
type LetterOptions = ApiOptions & Readonly<{ json?: true }>
type Letter = Readonly<{
  id: string
  topic: string
  user?: string
  time: string
  group: string
  error: Readonly<{ class: string; message: string; step: string }>
  bytes: number
  replayedAt?: string
  value?: string
}>

export function registerDlq(program: Command, terminal: Terminal): void {
  const dlq = program.command('dlq').description('Dead letters: records that a stage could not read or fold')
  withApiOptions(dlq.command('list'))
    .description('Every dead letter of the tenant, with what made it one')
    .option('--topic <topic>', 'only of this topic, such as watchword.activity.v1')
    .option('--json', 'print one JSON letter per line')
    .action(async (options: ListOptions) => {
      for await (const letter of everyLetter(await connectApi(options), options.topic))
        terminal.out(options.json ? JSON.stringify(letter) : letterLine(letter))
    })
  withApiOptions(dlq.command('show <letter>'))
    .description('One dead letter with its bytes, in base64')
    .option('--json', 'print the letter as JSON')
    .action(async (id: string, options: LetterOptions) => {
      const api = await connectApi(options)
      const letter = (await api.call('GET', pathOf(id))) as Letter
      terminal.out(options.json ? JSON.stringify(letter) : `${letterLine(letter)}\n${letter.value ?? 'no bytes'}`)
    })
  withApiOptions(dlq.command('replay <letters...>'))
    .description(
      'Put the records of dead letters back on their topics, each once: when a build is there that can read them',
    )
    .option('--json', 'print one JSON answer per line')
    .action(async (ids: readonly string[], options: LetterOptions) => {
      const api = await connectApi(options)
      for (const id of ids) {
        const answer = (await api.call('POST', `${pathOf(id)}/replay`)) as { replayed: boolean }
        const done = answer.replayed ? 'replayed' : 'was replayed before'
        terminal.out(options.json ? JSON.stringify(answer) : `${id}  ${done}`)
      }
    })
}

/** Page by page, however many there are. */
async function* everyLetter(api: Api, topic: string | undefined): AsyncGenerator<Letter> {
  let cursor: string | undefined
  do {
    const query = new URLSearchParams({ limit: '1000' })
    if (topic !== undefined) query.set('topic', topic)
    if (cursor !== undefined) query.set('cursor', cursor)
    const page = (await api.call('GET', `/v1/dead-letters?${query.toString()}`)) as Page
    yield* page.items
    cursor = page.next
  } while (cursor !== undefined)
}

type Page = Readonly<{ items: readonly Letter[]; next?: string }>

function letterLine({ id, user = '', time, group, error, bytes, replayedAt }: Letter): string {
  const replayed = replayedAt === undefined ? '' : `  replayed ${replayedAt}`
  return `${id}  ${time}  ${user}  ${group}  ${bytes} bytes  ${error.message}${replayed}`
}

function pathOf(id: string): string {
  return `/v1/dead-letters/${encodeURIComponent(id)}`
}
