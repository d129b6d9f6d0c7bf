import { createReadStream } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import type { Command } from 'commander'
import { type Api, type ApiOptions, connectApi } from '../api.ts'
import { type InputFormat, inputFormats, readInput } from '../connectors/read-input.ts'
import type { ReportedActivity } from '../connectors/reported-activity.ts'
import { timelineLine, type TimelineItem } from '../timeline-line.ts'
import { type ExitCode, type Terminal, UsageError } from '../terminal.ts'
import { withApiOptions, wholeNumber } from './options.ts'

type SendOptions = ApiOptions & Readonly<{ input: string; format: string; asNow?: true; json?: true; batch: number }>
type TailOptions = ApiOptions & Readonly<{ user: string; json?: true; count?: number; interval: number }>

export function registerEvents(program: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  const events = program.command('events').description('Activities')
  withApiOptions(events.command('send'))
    .description('Send activities of a file to a running platform')
    .requiredOption('--input <file>', 'a file, or - for standard input')
    .option('--format <format>', inputFormats.join(' | '), 'activities')
    .option('--as-now', 'move the recording to the present: the last activity happened now')
    .option('--batch <count>', 'activities in one request', wholeNumber(1, 1000), 500)
    .option('--json', 'print one JSON result per line')
    .action(async (options: SendOptions) => finish(await send(options, terminal)))
  withApiOptions(events.command('tail'))
    .description("Follow what happens to a user: the timeline's items as they are stored")
    .requiredOption('--user <user>', 'whom to follow')
    .option('--count <count>', 'end after so many items', wholeNumber(1, 1_000_000))
    .option('--interval <ms>', 'how often to look', wholeNumber(50, 60_000), 500)
    .option('--json', 'print one JSON item per line')
    .action(async (options: TailOptions) => tail(options, terminal))
}

async function send(options: SendOptions, terminal: Terminal): Promise<ExitCode> {
  const format = formatOf(options.format)
  const api = await connectApi(options)
  const input = options.input === '-' ? terminal.stdin : createReadStream(options.input)
  const activities: ReportedActivity[] = []
  const counts: Record<string, number> = { accepted: 0, duplicate: 0, rejected: 0, unreadable: 0 }
  for await (const read of readInput(input, format)) {
    if (read.ok) activities.push(read.activity)
    else {
      counts['unreadable'] = (counts['unreadable'] ?? 0) + 1
      terminal.err(`line ${read.line}: ${read.detail}`)
    }
  }
  const moved = options.asNow ? movedToNow(activities, Date.now()) : activities
  for (let from = 0; from < moved.length; from += options.batch)
    await sendBatch(api, moved.slice(from, from + options.batch), { counts, json: options.json === true, terminal })
  const told = Object.entries(counts).map(([status, count]) => `${count} ${status}`)
  terminal.err(told.join(', '))
  return (counts['rejected'] ?? 0) + (counts['unreadable'] ?? 0) > 0 ? 1 : 0
}

type Result = Readonly<{
  id: string
  status: string
  problem?: { detail?: string; errors?: readonly { pointer: string; detail: string }[] }
}>
type Report = Readonly<{ counts: Record<string, number>; json: boolean; terminal: Terminal }>

async function sendBatch(
  api: Api,
  batch: readonly ReportedActivity[],
  { counts, json, terminal }: Report,
): Promise<void> {
  const { results } = (await api.call('POST', '/v1/activities', batch)) as { results: readonly Result[] }
  for (const result of results) {
    counts[result.status] = (counts[result.status] ?? 0) + 1
    if (json) terminal.out(JSON.stringify(result))
    else if (result.status === 'rejected')
      terminal.err(
        `${result.id}: ${result.problem?.errors?.map((fault) => `${fault.pointer} ${fault.detail}`).join('; ') ?? 'rejected'}`,
      )
  }
}

/** Moves every time by the same amount, so that the newest is `now`; what has no time happens now anyway. */
export function movedToNow(activities: readonly ReportedActivity[], now: number): readonly ReportedActivity[] {
  const times = activities.map((activity) => Date.parse(String(activity['time']))).filter((time) => !Number.isNaN(time))
  if (times.length === 0) return activities
  const shift = now - times.reduce((newest, time) => Math.max(newest, time))
  return activities.map((activity) => {
    const time = Date.parse(String(activity['time']))
    return Number.isNaN(time) ? activity : { ...activity, time: new Date(time + shift).toISOString() }
  })
}

/** Follows by asking again: the reports are the one place where everything of a user comes together. */
async function tail(options: TailOptions, terminal: Terminal): Promise<void> {
  const api = await connectApi(options)
  const seen = new Set<string>()
  let shown = 0
  for (;;) {
    const path = `/v1/users/${encodeURIComponent(options.user)}/timeline?limit=100`
    const { items } = (await api.call('GET', path)) as { items: readonly (TimelineItem & { position: string })[] }
    for (const item of items.toReversed()) {
      if (seen.has(item.position)) continue
      seen.add(item.position)
      terminal.out(options.json ? JSON.stringify(item) : timelineLine(item))
      if (++shown === options.count) return
    }
    await wait(options.interval)
  }
}

export function formatOf(text: string): InputFormat {
  const format = inputFormats.find((candidate) => candidate === text)
  if (format === undefined) throw new UsageError(`--format must be one of ${inputFormats.join(', ')}`)
  return format
}
