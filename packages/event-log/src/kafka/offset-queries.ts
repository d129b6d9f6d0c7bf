import type { LogRecord, TopicConfig } from '../event-log.ts'
import { LogError } from '../log-error.ts'
import { topicConfigOf } from '../record-admission.ts'
import { createValueCopies } from '../value-copies.ts'
import { fetchRecords } from './fetch-records.ts'
import type { KafkaCluster } from './kafka-cluster.ts'
import { isAccessRefused, kafkaFaultOf, outOfRangeOf, unavailable } from './kafka-fault.ts'
import { createGroupCoordinator, type GroupCoordinator } from './group-coordinator.ts'
import { createBackoff, pause } from './pause.ts'

const readBytesMax = 1024 * 1024
const readBytesMin = 64 * 1024
const recordBytesGuess = 1024

/** Questions to the brokers, each answered by the leaders of the partitions at a moment after it was asked. */
export interface OffsetQueries {
  begins(topic: string): Promise<readonly number[]>
  ends(topic: string): Promise<readonly number[]>
  read(topic: string, partition: number, offset: number, limit: number): Promise<readonly LogRecord[]>
  committed(groupId: string, topic: string): Promise<readonly (number | null)[]>
}

export type OffsetQueriesDeps = Readonly<{
  cluster: KafkaCluster
  topics: ReadonlyMap<string, TopicConfig>
  /** Milliseconds; what is not answered by then rejects with `log-unavailable`. */
  answerWithinMs: number
  /** Ends the attempts. */
  signal: AbortSignal
}>

export function createOffsetQueries(deps: OffsetQueriesDeps): OffsetQueries {
  const { cluster, topics, signal } = deps
  const copy = createValueCopies()
  const coordinators = new Map<string, GroupCoordinator>()

  async function ask<Answer>(question: () => Promise<Answer>): Promise<Answer> {
    const giveUpAt = performance.now() + deps.answerWithinMs
    const backoff = createBackoff()
    for (;;) {
      try {
        return await question()
      } catch (error) {
        if (error instanceof LogError || outOfRangeOf(error) !== null) throw error
        if (isAccessRefused(error))
          throw new LogError('log-access-refused', 'the cluster does not answer this client', { cause: error })
        const hopeless = kafkaFaultOf(error) === 'permanent' || signal.aborted || performance.now() > giveUpAt
        if (hopeless) throw unavailable('the log did not answer', error)
        await pause(backoff.next(), signal)
        // If the brokers are not there, the next attempt says so.
        await cluster.refreshMetadata().catch(() => undefined)
      }
    }
  }

  function offsetsOf(topic: string, fromBeginning: boolean): Promise<readonly number[]> {
    const count = topicConfigOf(topics, topic).partitions
    const partitions = Array.from({ length: count }, (_, partition) => ({ partition }))
    return ask(async () => {
      const [found] = await cluster.fetchTopicsOffset([{ topic, partitions, fromBeginning }])
      const byPartition = new Map(found?.partitions.map(({ partition, offset }) => [partition, Number(offset)]))
      return partitions.map(({ partition }) => byPartition.get(partition) ?? missing(topic, partition))
    })
  }

  function fetchAt(topic: string, partition: number, offset: number, limit: number): Promise<readonly LogRecord[]> {
    return ask(async () => {
      const leader = cluster
        .findTopicPartitionMetadata(topic)
        .find(({ partitionId }) => partitionId === partition)?.leader
      const broker = await cluster.findBroker({ nodeId: String(leader ?? -1) })
      const bytesMax = Math.min(readBytesMax, Math.max(readBytesMin, limit * recordBytesGuess))
      const limits = { waitMs: 0, partitionBytesMax: bytesMax, bytesMax }
      for (let from = offset; ; ) {
        const [part] = await fetchRecords(broker, [{ topic, partition, offset: from }], limits, copy)
        // An answer with nothing for us in it is not the end if it moved on, or stands before a gap.
        if (part === undefined || part.records.length > 0) return part?.records.slice(0, limit) ?? []
        if (part.nextOffset === from && part.fault !== undefined) throw part.fault
        if (part.nextOffset === from) return []
        from = part.nextOffset
      }
    })
  }

  function coordinatorOf(groupId: string): GroupCoordinator {
    const known = coordinators.get(groupId) ?? createGroupCoordinator(cluster, groupId)
    coordinators.set(groupId, known)
    return known
  }

  return {
    begins: (topic) => offsetsOf(topic, true),
    ends: (topic) => offsetsOf(topic, false),
    async committed(groupId, topic) {
      const partitions = Array.from({ length: topicConfigOf(topics, topic).partitions }, (_, partition) => partition)
      const coordinator = coordinatorOf(groupId)
      const found = await ask(async () => {
        try {
          return await coordinator.committed(topic, partitions)
        } catch (error) {
          coordinator.forget()
          throw error
        }
      })
      return partitions.map((partition) => found.get(partition) ?? null)
    },
    async read(topic, partition, offset, limit) {
      if (!(partition in Array.from({ length: topicConfigOf(topics, topic).partitions }))) {
        throw new LogError('record-invalid', `${topic} has no partition ${partition}`)
      }
      if (limit <= 0) return []
      try {
        return await fetchAt(topic, partition, Math.max(0, offset), limit)
      } catch (error) {
        if (outOfRangeOf(error) === null) throw error
      }
      const begin = (await offsetsOf(topic, true))[partition] ?? 0
      return offset < begin ? fetchAt(topic, partition, begin, limit) : []
    },
  }
}

function missing(topic: string, partition: number): never {
  throw new Error(`no leader answered for ${topic}-${partition}`)
}
