import type { Headers, LogRecord } from '../event-log.ts'
import type { FetchedMessage, KafkaBroker } from './kafka-cluster.ts'

/** Everything below the high watermark, also of transactions: the log is written without them. */
const readUncommitted = 0

export type FetchPlace = Readonly<{ topic: string; partition: number; offset: number }>

export type FetchLimits = Readonly<{
  /** How long the broker may wait for the first record. Milliseconds. */
  waitMs: number
  partitionBytesMax: number
  bytesMax: number
}>

/** What one partition had at the place asked for. */
export type FetchedPart = Readonly<{
  place: FetchPlace
  records: readonly LogRecord[]
  /** Where to go on. */
  nextOffset: number
  /** The end of the partition when the broker answered. */
  end: number
}>

/** Fetches from partitions that the broker leads; `copy` keeps a value without the response that it came in. */
export async function fetchRecords(
  broker: KafkaBroker,
  places: readonly FetchPlace[],
  limits: FetchLimits,
  copy: (value: Uint8Array) => Uint8Array,
): Promise<readonly FetchedPart[]> {
  const byTopic = new Map<string, FetchPlace[]>()
  for (const place of places) {
    const others = byTopic.get(place.topic)
    if (others === undefined) byTopic.set(place.topic, [place])
    else others.push(place)
  }
  const { responses } = await broker.fetch({
    isolationLevel: readUncommitted,
    maxWaitTime: limits.waitMs,
    minBytes: 1,
    maxBytes: limits.bytesMax,
    topics: [...byTopic].map(([topic, wanted]) => ({
      topic,
      partitions: wanted.map(({ partition, offset }) => {
        return { partition, fetchOffset: String(offset), maxBytes: limits.partitionBytesMax }
      }),
    })),
  })
  return responses.flatMap(({ topicName, partitions }) =>
    partitions.flatMap(({ partition, highWatermark, messages }) => {
      const place = byTopic.get(topicName)?.find((wanted) => wanted.partition === partition)
      if (place === undefined) return []
      const last = messages.at(-1)
      return {
        place,
        records: recordsFrom(place, messages, copy),
        nextOffset: last === undefined ? place.offset : Math.max(place.offset, Number(last.offset) + 1),
        end: Number(highWatermark),
      }
    }),
  )
}

function recordsFrom(
  { topic, partition, offset: wanted }: FetchPlace,
  messages: readonly FetchedMessage[],
  copy: (value: Uint8Array) => Uint8Array,
): readonly LogRecord[] {
  const records: LogRecord[] = []
  for (const { offset, timestamp, key, value, headers, isControlRecord } of messages) {
    // A batch is answered whole, also what is before the offset asked for.
    if (isControlRecord || Number(offset) < wanted) continue
    records.push({
      topic,
      partition,
      offset: Number(offset),
      timestamp: Number(timestamp),
      key: key === null ? '' : key.toString(),
      value: value === null ? null : copy(value),
      headers: headersFrom(headers),
    })
  }
  return records
}

function headersFrom(headers: FetchedMessage['headers']): Headers {
  const names = Object.keys(headers)
  if (names.length === 0) return noHeaders
  return Object.fromEntries(
    names.map((name) => {
      const value = headers[name]
      const last = Array.isArray(value) ? (value as readonly Buffer[]).at(-1) : (value as Buffer | null | undefined)
      return [name, last?.toString() ?? '']
    }),
  )
}

const noHeaders: Headers = Object.freeze({})
