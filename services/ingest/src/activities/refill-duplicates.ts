import { type Codecs, topicOf } from '@watchword/contracts'
import { type EventLog, type LogRecord, toError } from '@watchword/event-log'
import { duplicateKey, type Duplicates } from './duplicates.ts'

export type RefillDeps = Readonly<{
  log: EventLog
  codecs: Pick<Codecs, 'activity'>
  duplicates: Duplicates
  /** Epoch milliseconds. */
  now: () => number
  /** A record that cannot be decoded: the scorer's matter, here it is only told. */
  onFault: (error: Error) => void
}>

const topic = topicOf('activity')
const readMax = 1_000

/** Learns the ids of the newest records of the log again, `records` of all partitions together at most. */
export async function refillDuplicates(
  config: Readonly<{ records: number; windowMs: number }>,
  deps: RefillDeps,
): Promise<void> {
  const begins = await deps.log.begins(topic)
  const ends = await deps.log.ends(topic)
  const share = Math.ceil(config.records / Math.max(1, ends.length))
  for (const [partition, end] of ends.entries()) {
    let offset = Math.max(begins[partition] ?? 0, end - share)
    while (offset < end) {
      const records = await deps.log.read(topic, partition, offset, Math.min(readMax, end - offset))
      const last = records.at(-1)
      if (last === undefined) break
      for (const record of records) learn(record, config.windowMs, deps)
      offset = last.offset + 1
    }
  }
}

function learn({ value }: LogRecord, windowMs: number, { codecs, duplicates, now, onFault }: RefillDeps): void {
  if (value === null) return
  try {
    const { tenant, user, receivedAt, body } = codecs.activity.decode(value)
    if (body.type !== 'activity' || receivedAt < now() - windowMs) return
    duplicates.keep([duplicateKey(tenant, body.data.app, user, body.data.id)], receivedAt)
  } catch (error) {
    onFault(toError(error))
  }
}
