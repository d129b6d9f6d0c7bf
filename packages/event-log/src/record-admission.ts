import type { AppendRecord, Headers, TopicConfig } from './event-log.ts'
import { LogError } from './log-error.ts'
import { partitionOf } from './murmur2.ts'

/** What a record may hold in all, key and headers included: what a Kafka broker takes by default, less the frame. Bytes. */
export const recordBytesMax = 1_000_000

/** The header that carries the version by which compaction chooses among the records of a key. */
export const versionHeader = 'ww-version'

/** A record that the log may take, with its partition chosen. */
export type AdmittedRecord = Readonly<{
  topic: string
  partition: number
  key: string
  value: Uint8Array | null
  headers: Headers
}>

/** The configuration of a topic; throws a LogError `unknown-topic`. */
export function topicOf(topics: ReadonlyMap<string, TopicConfig>, name: string): TopicConfig {
  const topic = topics.get(name)
  if (topic === undefined) throw new LogError('unknown-topic', `the log has no topic ${name}`)
  return topic
}

/**
 * Checks a record against its topic and chooses its partition; `copy` keeps the value, if the caller may use its buffer again.
 * Throws a LogError `unknown-topic` or `record-invalid`.
 */
export function admitRecord(
  topics: ReadonlyMap<string, TopicConfig>,
  record: AppendRecord,
  copy: (value: Uint8Array) => Uint8Array,
): AdmittedRecord {
  const topic = topicOf(topics, record.topic)
  const headers = record.headers ?? {}
  const fault = faultOf(topic, record, headers)
  if (fault !== null) throw new LogError('record-invalid', `record for ${topic.name} refused: ${fault}`)
  return {
    topic: topic.name,
    partition: record.partition ?? partitionOf(record.key, topic.partitions),
    key: record.key,
    value: record.value === null ? null : copy(record.value),
    headers,
  }
}

/** The version that compaction compares: the number in `ww-version`, else the offset. */
export function versionOf(headers: Headers, offset: number): number {
  const version = headers[versionHeader]
  return version === undefined ? offset : Number(version)
}

function faultOf(topic: TopicConfig, record: AppendRecord, headers: Headers): string | null {
  if (record.value === null && topic.cleanup === 'delete') return 'a tombstone needs a compacted topic'
  if (!isPartitionOf(topic, record.partition)) return 'no such partition'
  // A lone surrogate has no UTF-8 form: the key read back would be another one.
  if (!record.key.isWellFormed()) return 'the key is not well-formed Unicode'
  for (const name of Object.keys(headers))
    if (!name.isWellFormed() || headers[name]?.isWellFormed() === false) return 'a header is not well-formed Unicode'
  if (recordBytesOf(record) > recordBytesMax) return `larger than ${recordBytesMax} bytes`
  const version = headers[versionHeader]
  if (version !== undefined && !/^\d{1,15}$/.test(version)) return `${versionHeader} is not a whole number`
  return null
}

/** What a record counts for against `recordBytesMax`: never less than its bytes. */
export function recordBytesOf({ key, value, headers = {} }: Pick<AppendRecord, 'key' | 'value' | 'headers'>): number {
  let bytes = (value?.length ?? 0) + bytesOf(key)
  for (const name of Object.keys(headers)) bytes += bytesOf(name) + bytesOf(headers[name] ?? '')
  return bytes
}

/** Counts only where it can matter; short texts are taken for the most they can be. */
function bytesOf(text: string): number {
  return text.length < 256 ? text.length * 3 : Buffer.byteLength(text)
}

function isPartitionOf(topic: TopicConfig, partition: number | undefined): boolean {
  return partition === undefined || (Number.isInteger(partition) && partition >= 0 && partition < topic.partitions)
}
