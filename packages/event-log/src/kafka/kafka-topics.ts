import type { Kafka } from 'kafkajs'
import type { TopicConfig } from '../event-log.ts'
import { LogError } from '../log-error.ts'
import type { KafkaLogOptions } from './kafka-log-options.ts'
import { topicSettings } from './topic-settings.ts'

type CreateTopics = NonNullable<KafkaLogOptions['createTopics']>

/**
 * Makes the topics that are missing, if asked to, and checks that all are there with the right count of partitions.
 * Rejects with a LogError `topic-mismatch`, or with what kafkajs throws.
 */
export async function checkTopics(
  kafka: Kafka,
  topics: readonly TopicConfig[],
  create: CreateTopics | undefined,
): Promise<void> {
  const admin = kafka.admin()
  await admin.connect()
  try {
    const present = new Set(await admin.listTopics())
    const missing = topics.filter(({ name }) => !present.has(name))
    if (missing.length > 0) {
      if (create === undefined)
        throw new LogError(
          'topic-mismatch',
          `the cluster lacks, or does not show to this client, ${missing.map(({ name }) => name).join(', ')}`,
        )
      await admin.createTopics({
        waitForLeaders: true,
        topics: missing.map((topic) => ({
          topic: topic.name,
          numPartitions: topic.partitions,
          replicationFactor: create.replicationFactor,
          configEntries: [...topicSettings(topic, create.minInsyncReplicas ?? 1)].map(([name, value]) => ({
            name,
            value,
          })),
        })),
      })
    }
    const { topics: found } = await admin.fetchTopicMetadata({ topics: topics.map(({ name }) => name) })
    for (const { name, partitions } of topics) {
      const count = found.find((topic) => topic.name === name)?.partitions.length ?? 0
      if (count !== partitions)
        throw new LogError('topic-mismatch', `${name} has ${count} partitions, not ${partitions}`)
    }
  } finally {
    await admin.disconnect()
  }
}
