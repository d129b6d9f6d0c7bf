import type { KafkaBroker, ProduceRequest } from './kafka-cluster.ts'
import { ProduceRefusal } from './kafka-fault.ts'

const produceKey = 0

type Protocol = Readonly<{ response: Readonly<{ decode: unknown; parse: unknown }> }>
type Lookup = ((apiKey: number, definition: unknown) => (request: unknown) => Protocol) & { [marker]?: boolean }
type RawAnswer = Readonly<{
  topics: readonly Readonly<{
    topicName: string
    partitions: readonly Readonly<{ partition: number; errorCode: number; baseOffset: string }>[]
  }>[]
}>

const marker = Symbol('answers whole')

/** What became of the records of one partition: the offset of the first, or why they were refused. */
export type ProducedPart = Readonly<{ topic: string; partition: number; base: number | ProduceRefusal }>

/**
 * Sends records and answers for each partition by itself. kafkajs 2.2.4 throws the first refusal of any partition and drops the rest of
 * the answer; sending all of them again would put those twice into the log that were taken.
 */
export async function produce(broker: KafkaBroker, request: ProduceRequest): Promise<readonly ProducedPart[]> {
  keepAnswersWhole(broker)
  const answer = (await broker.produce(request)) as RawAnswer
  return answer.topics.flatMap(({ topicName, partitions }) =>
    partitions.map(({ partition, errorCode, baseOffset }) => {
      const base = errorCode === 0 ? Number(baseOffset) : new ProduceRefusal(topicName, partition, errorCode)
      return { topic: topicName, partition, base }
    }),
  )
}

/** The table of requests is made anew with each connection, so this looks each time. */
function keepAnswersWhole(broker: KafkaBroker): void {
  const owner = broker as unknown as { lookupRequest: Lookup }
  const lookup = owner.lookupRequest
  if (lookup[marker] === true) return
  const whole: Lookup = (apiKey, definition) => {
    const make = lookup(apiKey, definition)
    if (apiKey !== produceKey) return make
    return (request) => {
      const protocol = make(request)
      const parse = async (answer: unknown): Promise<unknown> => answer
      return { ...protocol, response: { decode: protocol.response.decode, parse } }
    }
  }
  whole[marker] = true
  owner.lookupRequest = whole
}
