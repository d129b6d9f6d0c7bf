import {
  type AssessmentRecord,
  type Codecs,
  type LockState,
  logTopics,
  nameOfTopic,
  type TopicName,
  type TopicValues,
  topicOf,
} from '@watchword/contracts'
import type { EventLog, LogRecord } from '@watchword/event-log'
import { createCompactedView, createWatermarks, deadLetterTopic } from '@watchword/stream'

/** A record as a consumer meets it that follows the watermark rule. */
export type VisibleRecord<Name extends TopicName = TopicName> = Readonly<{
  topic: string
  partition: number
  offset: number
  key: string
  value: TopicValues[Name] | null
}>

const keptTopics = ['mfa', 'session', 'notification'] as const

/** Of which all visible records are kept. */
type KeptTopic = (typeof keptTopics)[number]

/** A log that nobody writes to any more. */
export type VisibleLog = Readonly<{
  /** Records that a stage said again, which consumers drop. */
  repeats: number
  records: number
  /** Every `topic/partition/offset` that a consumer takes, of every topic that the audit stores. */
  places: ReadonlySet<string>
  deadLetters: number
  /** Of each activity, as often as it is there; a million of whole ones would not find room. */
  activityIds: readonly string[]
  assessments: readonly Pick<AssessmentRecord, 'id' | 'activity' | 'decision'>[]
  of: <Name extends KeptTopic>(name: Name) => readonly VisibleRecord<Name>[]
  /** How each user stands: of each key the highest version, whatever came last. */
  lockStates: ReadonlyMap<string, LockState>
}>

const readAtOnce = 2_000
const unaudited: ReadonlySet<string> = new Set([topicOf('factor'), deadLetterTopic(topicOf('factor'))])

/** Reads the whole log, as consumers see it. */
export async function readVisibleLog(log: EventLog, codecs: Codecs): Promise<VisibleLog> {
  const watermarks = createWatermarks()
  const places = new Set<string>()
  const activityIds: string[] = []
  const assessments: VisibleLog['assessments'][number][] = []
  const byName = new Map<string, VisibleRecord[]>(keptTopics.map((name) => [name, []]))
  const lockStates = createCompactedView<LockState>(
    {},
    {
      decode: ({ value }) => codecs.lock.decode(value ?? new Uint8Array()),
      onUndecodable(_record, error) {
        throw error
      },
    },
  )
  let repeats = 0
  let records = 0
  let deadLetters = 0

  function take(record: LogRecord): void {
    records += 1
    const { topic, partition, offset, key } = record
    const name = nameOfTopic(topic)
    // The rule of compacted topics needs no marks: what was said again has the version that it had.
    if (name === 'lock') lockStates.apply(record)
    if (watermarks.isRepeat(record)) {
      repeats += 1
      return
    }
    watermarks.advance(record)
    if (name === undefined) deadLetters += 1
    if (!unaudited.has(topic)) places.add(`${topic}/${partition}/${offset}`)
    if (name === 'activity' && record.value !== null) {
      const { body } = codecs.activity.decode(record.value)
      if (body.type === 'activity') activityIds.push(body.data.id)
    }
    if (name === 'assessment' && record.value !== null) {
      const { id, activity, decision } = codecs.assessment.decode(record.value)
      assessments.push({ id, activity, decision })
    }
    const kept = name === undefined ? undefined : byName.get(name)
    if (name === undefined || kept === undefined) return
    kept.push({
      topic,
      partition,
      offset,
      key,
      value: record.value === null ? null : codecs[name].decode(record.value),
    })
  }

  for (const { name: topic } of logTopics)
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
    activityIds,
    assessments,
    of: <Name extends KeptTopic>(name: Name) => (byName.get(name) ?? []) as readonly VisibleRecord<Name>[],
    lockStates: new Map(lockStates.entries()),
  }
}
