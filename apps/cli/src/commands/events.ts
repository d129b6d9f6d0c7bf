import { setTimeout as wait } from 'node:timers/promises'
import type { Command } from 'commander'
import { type ApiOptions, connectApi } from '../api.ts'
import { copiedSource, fileSource, type InputSource, streamSource } from '../connectors/input-source.ts'
import { type InputFormat, inputFormats } from '../connectors/read-input.ts'
import { timelineLine } from '../timeline-line.ts'
import { type ExitCode, type Terminal, UsageError } from '../terminal.ts'
import { followTimeline } from './follow-timeline.ts'
import { withApiOptions, wholeNumber } from './options.ts'
import { sendActivities } from './send-activities.ts'

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
  const { asNow = false, json = false, batch } = options
  const format = formatOf(options.format)
  const api = await connectApi(options)
  const source = await sourceOf(options, format, terminal)
  try {
    const deps = { api, terminal, now: () => Date.now() }
    const counts = await sendActivities(source, { asNow, json, batch }, deps)
    terminal.err(
      Object.entries(counts)
        .map(([status, count]) => `${count} ${status}`)
        .join(', '),
    )
    return counts.rejected + counts.unreadable > 0 ? 1 : 0
  } finally {
    await source.close()
  }
}

/** How far to move a recording is known at its end: it is read twice. */
async function sourceOf(options: SendOptions, format: InputFormat, terminal: Terminal): Promise<InputSource> {
  if (options.input !== '-') return fileSource(options.input, format)
  return options.asNow ? copiedSource(terminal.stdin, format) : streamSource(terminal.stdin, format)
}

/** Follows by asking again: the reports are the one place where everything of a user comes together. */
async function tail(options: TailOptions, terminal: Terminal): Promise<void> {
  const look = followTimeline(await connectApi(options), options.user)
  let shown = 0
  for (;;) {
    for (const item of await look()) {
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
