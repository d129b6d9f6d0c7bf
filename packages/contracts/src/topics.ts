import catalogue from '../../../schemas/topics.json' with { type: 'json' }

/** The short name of a topic: `mfa` is `watchword.mfa.v1`. */
export type TopicName =
  | 'activity'
  | 'assessment'
  | 'mfa'
  | 'session'
  | 'lock'
  | 'factor'
  | 'sighting'
  | 'entity'
  | 'policy'
  | 'app'
  | 'notification'
  | 'endpoint'

export type TopicEntry = Readonly<{
  name: string
  schema: string
  key: string
  partitions: number
  cleanup: 'delete' | 'compact'
  retentionMs: number | null
  compactionLagMs: number
  tombstoneRetentionMs: number
  owner: readonly string[]
  readers: readonly string[]
  doc: string
}>

/** Every topic of the contract, as schemas/topics.json says. */
export const topicCatalogue: readonly TopicEntry[] = catalogue.topics.map((entry) => ({
  ...entry,
  cleanup: entry.cleanup === 'compact' ? 'compact' : 'delete',
}))

/** A fold over one topic, run by the replicas of one service that share its partitions out as a consumer group. */
export type StageEntry = Readonly<{ name: string; service: string; input: string }>

/** Every stage of the platform, as schemas/topics.json says. */
export const stageCatalogue: readonly StageEntry[] = catalogue.stages

/** Every topic a log must have: the catalogue and a dead-letter topic beside each. */
export const logTopics: readonly TopicEntry[] = topicCatalogue.flatMap((entry) => [entry, deadLetterOf(entry)])

/** What a topic needs to be made and kept. */
export type KeptTopic = Pick<
  TopicEntry,
  'name' | 'partitions' | 'cleanup' | 'retentionMs' | 'compactionLagMs' | 'tombstoneRetentionMs'
>

/** Where the state of each stage is kept for other machines, with as many partitions as its input; on a Kafka cluster only. */
export const stateTopics: readonly KeptTopic[] = stageCatalogue.map(({ name, input }) => ({
  name: stateTopicOf(name),
  partitions: topicCatalogue.find((topic) => topic.name === input)?.partitions ?? 0,
  cleanup: 'compact',
  retentionMs: null,
  ...catalogue.state,
}))

/** Every topic that a Kafka cluster must have. */
export const clusterTopics: readonly KeptTopic[] = [...logTopics, ...stateTopics]

/** `lock` -> `watchword.state.lock.v1`. */
export function stateTopicOf(stage: string): string {
  return `watchword.state.${stage}.v1`
}

/** `mfa` -> `watchword.mfa.v1`. */
export function topicOf(name: TopicName): string {
  return `watchword.${name}.v1`
}

/** `watchword.mfa.v1` -> `mfa`; undefined for a topic that has no schema, such as a dead-letter topic. */
export function nameOfTopic(topic: string): TopicName | undefined {
  const entry = topicCatalogue.find((candidate) => candidate.name === topic)
  return entry ? (entry.schema.replace('.avsc', '') as TopicName) : undefined
}

function deadLetterOf(entry: TopicEntry): TopicEntry {
  return {
    ...entry,
    name: `${entry.name}.dlq`,
    cleanup: 'delete',
    retentionMs: catalogue.deadLetterRetentionMs,
    compactionLagMs: 0,
    tombstoneRetentionMs: 0,
    doc: `Records of ${entry.name} that could not be decoded or folded, bytes untouched`,
  }
}
