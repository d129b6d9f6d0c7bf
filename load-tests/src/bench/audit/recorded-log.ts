import { type Codecs, logTopics, topicOf } from '@watchword/contracts'
import type { AppendRecord, LogRecord } from '@watchword/event-log'
import { createMemoryLog, type MemoryLog } from '@watchword/event-log/memory'
import { builtInPolicy } from '@watchword/policy'
import { createProfileStage } from '@watchword/scorer'
import { replayStage, sourceHeader } from '@watchword/stream'
import { createActivityFeed } from '../scorer/activity-feed.ts'

const atOnce = 1_000

/** A log in memory with so many activities of known users, and all that the scorer says of them. */
export async function recordedLog(codecs: Codecs, activities: number): Promise<MemoryLog> {
  const log = createMemoryLog({ topics: logTopics }, { now: () => Date.now() })
  const feed = await createActivityFeed(codecs)
  const policy = builtInPolicy()
  const stage = createProfileStage({ codecs, policyOf: () => policy })
  await append(log, feed.next(stage.input, activities))
  const records = await readAll(log, stage.input)
  const said: AppendRecord[] = []
  for (const { outputs } of replayStage(stage, records))
    for (const { output, key, value, source } of outputs)
      said.push({
        topic: stage.outputs[output as keyof typeof stage.outputs].topic,
        key,
        value,
        headers: { [sourceHeader]: `${source.stage}/${source.partition}/${source.offset}/${source.index}` },
      })
  await append(log, said)
  return log
}

async function append(log: MemoryLog, records: readonly AppendRecord[]): Promise<void> {
  for (let from = 0; from < records.length; from += atOnce) await log.append(records.slice(from, from + atOnce))
}

async function readAll(log: MemoryLog, topic: string): Promise<readonly LogRecord[]> {
  const ends = await log.ends(topic)
  const parts = await Promise.all(ends.map((end, partition) => log.read(topic, partition, 0, end)))
  return parts.flat()
}

/** How many records there are of every topic that the audit stores. */
export async function recordsIn(log: MemoryLog): Promise<number> {
  const ends = await Promise.all(
    [...log.topics.keys()].filter((topic) => topic !== topicOf('factor')).map((topic) => log.ends(topic)),
  )
  return ends.flat().reduce((sum, end) => sum + end, 0)
}
