import type { EventLog, LogRecord } from '@watchword/event-log'

export type LogPlace = Readonly<{ log: EventLog; topic: string; partition: number }>

const readLimit = 2000

/** Ends of a partition at this moment. */
export async function boundsOf({ log, topic, partition }: LogPlace): Promise<Readonly<{ begin: number; end: number }>> {
  const [begins, ends] = await Promise.all([log.begins(topic), log.ends(topic)])
  return { begin: begins[partition] ?? 0, end: ends[partition] ?? 0 }
}

/** The records of a partition from `from` up to `end`, in order. */
export async function* readRange(
  { log, topic, partition }: LogPlace,
  from: number,
  end: number,
): AsyncGenerator<LogRecord> {
  let next = from
  while (next < end) {
    const records = await log.read(topic, partition, next, readLimit)
    for (const record of records) if (record.offset < end) yield record
    const last = records.at(-1)
    if (last === undefined) return
    next = last.offset + 1
  }
}
