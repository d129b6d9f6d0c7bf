import { type Codecs, topicOf } from '@watchword/contracts'
import { type EventLog, type LogRecord, toError } from '@watchword/event-log'
import type { TrafficClasses } from '../shedding/traffic-class.ts'
import { duplicateKey, type Duplicates } from './duplicates.ts'

export type RefillDeps = Readonly<{
  log: EventLog
  codecs: Pick<Codecs, 'activity'>
  duplicates: Duplicates
  trafficClasses: Pick<TrafficClasses, 'note'>
  /** Epoch milliseconds. */
  now: () => number
  /** A record that cannot be decoded: the scorer's matter, here it is only told. */
  onFault: (error: Error) => void
}>

const topic = topicOf('activity')
const readMax = 1_000

/** Learns the ids and the contexts of the newest records of the log again, `records` of all partitions together at most. */
export async function refillFromLog(
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

function learn({ value }: LogRecord, windowMs: number, deps: RefillDeps): void {
  const { codecs, duplicates, trafficClasses, now, onFault } = deps
  if (value === null) return
  try {
    const { tenant, user, receivedAt, body } = codecs.activity.decode(value)
    if (body.type !== 'activity' || receivedAt < now() - windowMs) return
    const { app, id, signals, deviceOwnedByOther, ...data } = body.data
    duplicates.keep([duplicateKey(tenant, app, user, id)], receivedAt)
    if (signals.length > 0 || deviceOwnedByOther) return
    // As an app sends it, but for what the record does not keep: then it counts as not seen.
    trafficClasses.note({ tenant, app }, { ...data, user, action: data.action ?? undefined, network: undefined })
  } catch (error) {
    onFault(toError(error))
  }
}
