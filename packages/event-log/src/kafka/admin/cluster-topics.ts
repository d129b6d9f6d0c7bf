import kafkajs, { type Admin } from 'kafkajs'
import type { FoundTopic, SettingDrift, TopicStep } from './plan-topics.ts'

/** What the broker says of one setting: its value, and where it comes from (1: set on the topic itself). */
type Entry = Readonly<{ configName: string; configValue: string | null; configSource: number }>

const setOnTheTopic = 1

/** Those of the named topics that the cluster has. */
export async function findTopics(admin: Admin, names: readonly string[]): Promise<readonly FoundTopic[]> {
  const topics = await findBareTopics(admin, names)
  if (topics.length === 0) return []
  const settings = await describe(
    admin,
    topics.map(({ name }) => name),
  )
  return topics.map((topic) => ({
    ...topic,
    settings: new Map(
      (settings.get(topic.name) ?? []).flatMap(({ configName, configValue }) =>
        configValue === null ? [] : [[configName, configValue]],
      ),
    ),
  }))
}

/** The same without settings. */
export async function findBareTopics(admin: Admin, names: readonly string[]): Promise<readonly FoundTopic[]> {
  const present = new Set(await admin.listTopics())
  const topics = names.filter((name) => present.has(name))
  if (topics.length === 0) return []
  const { topics: metadata } = await admin.fetchTopicMetadata({ topics })
  return metadata.map(({ name, partitions }) => ({
    name,
    partitions: partitions.length,
    replicationFactor: Math.min(...partitions.map(({ replicas }) => replicas.length)),
    settings: new Map(),
  }))
}

export async function createTopics(
  admin: Admin,
  steps: readonly Extract<TopicStep, { status: 'missing' }>[],
): Promise<void> {
  if (steps.length === 0) return
  await admin.createTopics({
    waitForLeaders: true,
    topics: steps.map(({ topic, partitions, replicationFactor, settings }) => ({
      topic,
      numPartitions: partitions,
      replicationFactor,
      configEntries: [...settings].map(([name, value]) => ({ name, value })),
    })),
  })
}

/**
 * Sets some settings of a topic and keeps the others. kafkajs knows only the request that replaces all that is set on a topic, so what
 * is set there goes along.
 */
export async function setSettings(admin: Admin, topic: string, drifts: readonly SettingDrift[]): Promise<void> {
  const settings = new Map<string, string>()
  for (const { configName, configValue, configSource } of (await describe(admin, [topic])).get(topic) ?? [])
    if (configSource === setOnTheTopic && configValue !== null) settings.set(configName, configValue)
  for (const { setting, declared } of drifts) settings.set(setting, declared)
  const configEntries = [...settings].map(([name, value]) => ({ name, value }))
  await admin.alterConfigs({
    validateOnly: false,
    resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, configEntries }],
  })
}

async function describe(admin: Admin, topics: readonly string[]): Promise<ReadonlyMap<string, readonly Entry[]>> {
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: topics.map((name) => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name })),
  })
  return new Map(resources.map(({ resourceName, configEntries }) => [resourceName, configEntries]))
}
