import type { KafkaBroker, KafkaCluster } from './kafka-cluster.ts'

const groupCoordinator = 0

/** The broker that coordinates one group. Everything rejects with what kafkajs throws. */
export interface GroupCoordinator {
  /** The broker, asked for when it is not known. */
  broker(): Promise<KafkaBroker>
  /** Committed offsets; partitions without one are left out. */
  committed(topic: string, partitions: readonly number[]): Promise<ReadonlyMap<number, number>>
  /** Asks anew who coordinates. */
  forget(): void
}

export function createGroupCoordinator(cluster: KafkaCluster, groupId: string): GroupCoordinator {
  let known: string | null = null

  async function find(): Promise<string> {
    let refusal: unknown = new Error('there is no broker to ask for the coordinator')
    for (const nodeId of cluster.getNodeIds()) {
      try {
        const broker = await cluster.findBroker({ nodeId })
        const found = await broker.findGroupCoordinator({ groupId, coordinatorType: groupCoordinator })
        return String(found.coordinator.nodeId)
      } catch (error) {
        refusal = error
      }
    }
    throw refusal
  }

  async function brokerOf(): Promise<KafkaBroker> {
    known ??= await find()
    return cluster.findBroker({ nodeId: known })
  }

  return {
    broker: brokerOf,
    async committed(topic, partitions) {
      const broker = await brokerOf()
      const wanted = partitions.map((partition) => ({ partition }))
      const { responses } = await broker.offsetFetch({ groupId, topics: [{ topic, partitions: wanted }] })
      const found = responses.flatMap((response) => response.partitions)
      return new Map(
        found.map(({ partition, offset }) => [partition, Number(offset)] as const).filter(([, offset]) => offset >= 0),
      )
    },
    forget() {
      known = null
    },
  }
}
