import type { KafkaBroker } from './kafka-cluster.ts'
import { ProduceRefusal } from './kafka-fault.ts'
import type { ProduceRequest } from './wire/encode-produce-request.ts'
import { speakDirectly } from './wire/speak-directly.ts'

type RawAnswer = Readonly<{
  topics: readonly Readonly<{
    topicName: string
    partitions: readonly Readonly<{ partition: number; errorCode: number; baseOffset: string }>[]
  }>[]
}>

/** What became of the records of one partition: the offset of the first, or why they were refused. */
export type ProducedPart = Readonly<{ topic: string; partition: number; base: number | ProduceRefusal }>

/** Sends records and answers for each partition by itself: sending all of them again would put those twice into the log that were taken. */
export async function produce(broker: KafkaBroker, request: ProduceRequest): Promise<readonly ProducedPart[]> {
  speakDirectly(broker)
  const answer = (await broker.produce(request)) as RawAnswer
  return answer.topics.flatMap(({ topicName, partitions }) =>
    partitions.map(({ partition, errorCode, baseOffset }) => {
      const base = errorCode === 0 ? Number(baseOffset) : new ProduceRefusal(topicName, partition, errorCode)
      return { topic: topicName, partition, base }
    }),
  )
}
