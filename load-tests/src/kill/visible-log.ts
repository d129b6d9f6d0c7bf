import {
  type Codecs,
  createCodecs,
  createEmbeddedRegistry,
  logTopics,
  nameOfTopic,
  type TopicName,
  type TopicValues,
} from '@watchword/contracts'
import type { EventLog, LogRecord } from '@watchword/event-log'
import { openSqliteLog } from '@watchword/event-log/sqlite'
import { createWatermarks } from '@watchword/stream'
import { join } from 'node:path'

/** A record as a consumer meets it that follows the watermark rule. */
export type VisibleRecord<Name extends TopicName = TopicName> = Readonly<{
  topic: string
  partition: number
  offset: number
  key: string
  value: TopicValues[Name] | null
}>

/** The log of a stopped platform. */
export type VisibleLog = Readonly<{
  /** Records that a stage said again, which consumers drop. */
  repeats: number
  records: number
  /** Every `topic/partition/offset` that a consumer takes, of every topic but the factors. */
  places: ReadonlySet<string>
  deadLetters: number
  of: <Name extends TopicName>(name: Name) => readonly VisibleRecord<Name>[]
}>

const readAtOnce = 2_000
const decodedTopics: ReadonlySet<string> = new Set(['activity', 'assessment', 'mfa', 'session', 'lock'])

/** Reads the whole log of a data folder whose platform is stopped, as consumers see it. */
export async function readVisibleLog(data: string): Promise<VisibleLog> {
  const log = await openSqliteLog({ file: join(data, 'log.db'), topics: logTopics }, { now: () => Date.now() })
  try {
    return await readAll(log, await createCodecs(createEmbeddedRegistry(join(data, 'schemas.json'))))
  } finally {
    await log.close()
  }
}

async function readAll(log: EventLog, codecs: Codecs): Promise<VisibleLog> {
  const watermarks = createWatermarks()
  const places = new Set<string>()
  const byName = new Map<string, VisibleRecord[]>()
  let repeats = 0
  let records = 0
  let deadLetters = 0

  function take(record: LogRecord): void {
    records += 1
    const { topic, partition, offset, key } = record
    if (watermarks.isRepeat(record)) {
      repeats += 1
      return
    }
    watermarks.advance(record)
    const name = nameOfTopic(topic)
    if (name === undefined) deadLetters += 1
    if (name !== 'factor') places.add(`${topic}/${partition}/${offset}`)
    if (name === undefined || !decodedTopics.has(name)) return
    const value = record.value === null ? null : codecs[name].decode(record.value)
    const known = byName.get(name) ?? []
    known.push({ topic, partition, offset, key, value })
    byName.set(name, known)
  }

  for (const topic of log.topics.keys())
    for (const [partition, end] of (await log.ends(topic)).entries())
      for (let offset = 0; offset < end; ) {
        const batch = await log.read(topic, partition, offset, readAtOnce)
        for (const record of batch) take(record)
        offset = (batch.at(-1)?.offset ?? end) + 1
      }
  return {
    repeats,
    records,
    places,
    deadLetters,
    of: <Name extends TopicName>(name: Name) => (byName.get(name) ?? []) as readonly VisibleRecord<Name>[],
  }
}
