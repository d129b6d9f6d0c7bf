import type { Kafka } from 'kafkajs'
import type { FetchRequest } from './wire/encode-fetch-request.ts'
import type { ProduceRequest } from './wire/encode-produce-request.ts'

type TopicPartitions<Part> = Readonly<{ topic: string; partitions: readonly Part[] }>

type OffsetOfPartition = Readonly<{ partition: number; offset: string }>

/** The requests that a broker takes, as kafkajs 2.2.4 sends them; a subset of its class, whose declarations leave the group requests out. */
export interface KafkaBroker {
  /** With `speakDirectly`: a FetchAnswer. */
  fetch(request: FetchRequest): Promise<unknown>
  produce(request: ProduceRequest): Promise<unknown>
  findGroupCoordinator(request: {
    groupId: string
    coordinatorType: number
  }): Promise<Readonly<{ coordinator: Readonly<{ nodeId: number }> }>>
  joinGroup(request: {
    groupId: string
    sessionTimeout: number
    rebalanceTimeout: number
    memberId: string
    groupProtocols: readonly Readonly<{ name: string; metadata: Buffer }>[]
  }): Promise<
    Readonly<{
      generationId: number
      leaderId: string
      memberId: string
      members: readonly Readonly<{ memberId: string; memberMetadata: Buffer }>[]
    }>
  >
  syncGroup(request: {
    groupId: string
    generationId: number
    memberId: string
    groupAssignment: readonly Readonly<{ memberId: string; memberAssignment: Buffer }>[]
  }): Promise<Readonly<{ memberAssignment: Buffer }>>
  heartbeat(request: { groupId: string; groupGenerationId: number; memberId: string }): Promise<unknown>
  leaveGroup(request: { groupId: string; memberId: string }): Promise<unknown>
  offsetCommit(request: {
    groupId: string
    groupGenerationId: number
    memberId: string
    topics: readonly TopicPartitions<OffsetOfPartition>[]
  }): Promise<unknown>
  offsetFetch(request: {
    groupId: string
    topics: readonly TopicPartitions<Readonly<{ partition: number }>>[]
  }): Promise<Readonly<{ responses: readonly TopicPartitions<OffsetOfPartition>[] }>>
}

/** The brokers as one client of them knows them, with connections of its own: one for fetches and one for the rest, to each broker. */
export interface KafkaCluster {
  connect(): Promise<void>
  disconnect(): Promise<void>
  addMultipleTargetTopics(topics: readonly string[]): Promise<void>
  refreshMetadata(): Promise<void>
  getNodeIds(): readonly string[]
  findBroker(node: { nodeId: string }): Promise<KafkaBroker>
  findTopicPartitionMetadata(topic: string): readonly Readonly<{ partitionId: number; leader: number }>[]
  fetchTopicsOffset(
    topics: readonly (TopicPartitions<Readonly<{ partition: number }>> & Readonly<{ fromBeginning: boolean }>)[],
  ): Promise<readonly TopicPartitions<OffsetOfPartition>[]>
}

/** Who leads a partition, by what the client knows now; `-1` for nobody. */
export function leaderOf(
  cluster: Pick<KafkaCluster, 'findTopicPartitionMetadata'>,
  { topic, partition }: Readonly<{ topic: string; partition: number }>,
): string {
  const found = cluster.findTopicPartitionMetadata(topic).find(({ partitionId }) => partitionId === partition)
  return String(found?.leader ?? -1)
}

/**
 * The part of kafkajs that speaks the protocol, without the consumer and the producer above it: those can neither read without a group,
 * nor wait before a partition is given up, nor say what became of a send. A partition assigner is the public way to it.
 */
export function clusterOf(kafka: Kafka): KafkaCluster {
  let found: KafkaCluster | undefined
  kafka.consumer({
    groupId: 'never-joined',
    readUncommitted: true,
    allowAutoTopicCreation: false,
    partitionAssigners: [
      ({ cluster }) => {
        found = cluster as unknown as KafkaCluster
        return {
          name: 'none',
          version: 0,
          assign: async () => [],
          protocol: () => ({ name: 'none', metadata: Buffer.alloc(0) }),
        }
      },
    ],
  })
  if (found === undefined) throw new TypeError('kafkajs made no partition assigner: it is not version 2.2.4')
  return found
}
