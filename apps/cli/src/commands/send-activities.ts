import { setTimeout as delay } from 'node:timers/promises'
import { type Api, ApiError } from '../api.ts'
import type { InputSource } from '../connectors/input-source.ts'
import type { ReportedActivity } from '../connectors/reported-activity.ts'
import type { Terminal } from '../terminal.ts'

export type SendOptions = Readonly<{ asNow: boolean; json: boolean; batch: number }>

/** How many lines were `accepted`, `duplicate`, `rejected` or `unreadable`. */
export type SendCounts = Record<'accepted' | 'duplicate' | 'rejected' | 'unreadable', number>

/** A request takes 1 MiB; the brackets and commas around the activities need a little of it. */
const bodyBytesMax = 1_048_576 - 2_048

/** Sends an input batch by batch, as it is read: what it takes in memory does not grow with the input. */
export async function sendActivities(
  source: InputSource,
  { asNow, json, batch: countMax }: SendOptions,
  { api, terminal, now }: Readonly<{ api: Api; terminal: Terminal; now: () => number }>,
): Promise<SendCounts> {
  const counts: SendCounts = { accepted: 0, duplicate: 0, rejected: 0, unreadable: 0 }
  const newest = asNow ? await newestTime(source) : undefined
  const shiftMs = newest === undefined ? 0 : now() - newest

  const send = async (batch: readonly string[]): Promise<void> => {
    for (const result of await sendBatch(api, `[${batch.join(',')}]`)) tell(result)
  }
  const tell = (result: Result): void => {
    counts[result.status]++
    if (json) terminal.out(JSON.stringify(result))
    else if (result.status === 'rejected') terminal.err(refusalOf(result))
  }

  let batch: string[] = []
  let bytes = 0
  for await (const read of await source.read()) {
    if (!read.ok) {
      counts.unreadable++
      terminal.err(`line ${read.line}: ${read.detail}`)
      continue
    }
    const activity = JSON.stringify(moved(read.activity, shiftMs))
    const size = Buffer.byteLength(activity)
    if (size > bodyBytesMax) {
      tell({ id: String(read.activity['id']), status: 'rejected', problem: { detail: 'larger than a request may be' } })
      continue
    }
    if (batch.length === countMax || (batch.length > 0 && bytes + size > bodyBytesMax)) {
      await send(batch)
      batch = []
      bytes = 0
    }
    batch.push(activity)
    bytes += size
  }
  if (batch.length > 0) await send(batch)
  return counts
}

type Result = Readonly<{
  id: string
  status: 'accepted' | 'duplicate' | 'rejected'
  problem?: { detail?: string; errors?: readonly { pointer: string; detail: string }[] }
}>

/** A platform with too much to do takes nothing of a batch and says when to come again. */
const giveUpAfterMs = 120_000

async function sendBatch(api: Api, body: string): Promise<readonly Result[]> {
  const giveUpAt = performance.now() + giveUpAfterMs
  for (;;) {
    try {
      return ((await api.call('POST', '/v1/activities', body)) as { results: readonly Result[] }).results
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'overloaded' || performance.now() > giveUpAt) throw error
      await delay((error.retryAfterSeconds ?? 1) * 1_000)
    }
  }
}

function refusalOf({ id, problem }: Result): string {
  const faults = problem?.errors?.map((fault) => `${fault.pointer} ${fault.detail}`)
  return `${id}: ${faults?.join('; ') ?? problem?.detail ?? 'rejected'}`
}

async function newestTime(source: InputSource): Promise<number | undefined> {
  let newest: number | undefined
  for await (const read of await source.read()) {
    const time = read.ok ? timeOf(read.activity) : Number.NaN
    if (!Number.isNaN(time) && (newest === undefined || time > newest)) newest = time
  }
  return newest
}

/** What has no time happens now anyway. */
function moved(activity: ReportedActivity, byMs: number): ReportedActivity {
  const time = timeOf(activity)
  return byMs === 0 || Number.isNaN(time) ? activity : { ...activity, time: new Date(time + byMs).toISOString() }
}

function timeOf(activity: ReportedActivity): number {
  return Date.parse(String(activity['time']))
}
