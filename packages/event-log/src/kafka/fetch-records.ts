import type { LogRecord } from '../event-log.ts'
import type { KafkaBroker } from './kafka-cluster.ts'
import type { FetchAnswer } from './wire/decode-fetch-answer.ts'
import { speakDirectly } from './wire/speak-directly.ts'

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
  /** Why what stands at `nextOffset` cannot be read. */
  fault?: Error
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
  speakDirectly(broker)
  const { responses } = (await broker.fetch({
    isolationLevel: readUncommitted,
    maxWaitTime: limits.waitMs,
    minBytes: 1,
    maxBytes: limits.bytesMax,
    topics: [...byTopic].map(([topic, wanted]) => ({
      topic,
      partitions: wanted.map(({ partition, offset }) => {
        return { partition, fetchOffset: offset, maxBytes: limits.partitionBytesMax }
      }),
    })),
  })) as FetchAnswer
  return responses.flatMap(({ topicName, partitions }) =>
    partitions.flatMap(({ partition, highWatermark, records, nextOffset, fault }) => {
      const place = byTopic.get(topicName)?.find((wanted) => wanted.partition === partition)
      if (place === undefined) return []
      return {
        place,
        // A batch is answered whole, also what is before the offset asked for.
        records: records
          .filter(({ offset }) => offset >= place.offset)
          .map((record) => ({ topic: topicName, partition, ...record, value: record.value && copy(record.value) })),
        nextOffset: Math.max(place.offset, nextOffset),
        end: highWatermark,
        ...(fault && { fault }),
      }
    }),
  )
}
