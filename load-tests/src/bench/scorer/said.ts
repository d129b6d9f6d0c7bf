import { nameOfTopic, stateTopicOf, topicOf } from '@watchword/contracts'
import type { EventLog, Headers } from '@watchword/event-log'

/** What a scorer writes to one topic for each activity, on average, with the headers of one such record. */
export type Said = Readonly<{ topic: string; perActivity: number; valueBytes: number; headers: Headers }>

const topics = [
  topicOf('assessment'),
  topicOf('mfa'),
  topicOf('sighting'),
  topicOf('entity'),
  stateTopicOf('profile'),
  stateTopicOf('entity'),
]

const sampleRecords = 2_000

type Ends = ReadonlyMap<string, readonly number[]>

/** Where the topics end, to be compared with later. */
export async function endsOfOutputs(log: EventLog): Promise<Ends> {
  return new Map(await Promise.all(topics.map(async (topic) => [topic, await log.ends(topic)] as const)))
}

/** What was written since, for so many activities. */
export async function saidSince(log: EventLog, before: Ends, activities: number): Promise<readonly Said[]> {
  const said: Said[] = []
  for (const topic of topics) {
    const records = []
    let written = 0
    for (const [partition, end] of (await log.ends(topic)).entries()) {
      const from = before.get(topic)?.[partition] ?? 0
      written += end - from
      if (records.length < sampleRecords && end > from)
        records.push(...(await log.read(topic, partition, from, sampleRecords)))
    }
    const [first] = records
    if (first === undefined) continue
    const bytes = records.reduce((sum, { value }) => sum + (value?.byteLength ?? 0), 0)
    said.push({
      topic,
      perActivity: written / activities,
      valueBytes: Math.round(bytes / records.length),
      headers: first.headers,
    })
  }
  return said
}

/** In words, for the setting of a bench. */
export function wordsOf(said: readonly Said[]): string {
  return said
    .map(({ topic, perActivity, valueBytes }) => {
      return `${nameOfTopic(topic) ?? topic.split('.').slice(1, 3).join(' ')} ${perActivity.toFixed(2)} of ${valueBytes} bytes`
    })
    .join(', ')
}
