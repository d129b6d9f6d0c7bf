import type { KafkaConfig } from 'kafkajs'
import type { TopicConfig } from '../event-log.ts'

/** How a cluster is reached. */
export type KafkaConnection = Readonly<{
  /** Host and port of some of the brokers. */
  brokers: readonly string[]
  clientId: string
  /** TLS as kafkajs takes it. Default: none. */
  ssl?: KafkaConfig['ssl']
  /** SASL as kafkajs takes it. Default: none. */
  sasl?: KafkaConfig['sasl']
}>

export type KafkaLogOptions = KafkaConnection &
  Readonly<{
    topics: readonly TopicConfig[]
    /** Makes the topics that are missing, with this many replicas. Default: they must be there. */
    createTopics?: Readonly<{ replicationFactor: number; minInsyncReplicas?: number }>
    /**
     * What the process is called whenever it starts: in a group whose members all have a name, it gets the partitions again that it had.
     * Default: none, and whoever starts is a new member.
     */
    memberName?: string
    tuning?: KafkaTuning
  }>

/** What can be left as it is. Milliseconds and bytes. */
export type KafkaTuning = Readonly<{
  /** How long `openKafkaLog` tries to reach a broker. Default 10 000. */
  connectWithinMs?: number
  /** An append that is not acknowledged by then is refused. Default 15 000. */
  appendWithinMs?: number
  /** A question (ends, begins, read) that is not answered by then is refused. Default 5000. */
  answerWithinMs?: number
  /** Appends beyond so much that waits are refused at once. Default 64 MiB. */
  queueBytesMax?: number
  /** Requests larger than this go compressed (gzip), which costs about half of the appends a second. Default: never. */
  gzipAboveBytes?: number
  /** A member that has not been heard of for so long loses its partitions. Default 6000, the least that a broker takes by default. */
  sessionTimeoutMs?: number
  /** Default: a sixth of the session's time-out. */
  heartbeatMs?: number
  /** How long a broker may hold a fetch back that finds nothing. Default 200. */
  fetchWaitMs?: number
  /**
   * How long after a fetch that brought little the next one begins, at the earliest. A record that comes alone is not late for it; of those
   * that come all the time, more come together. Default 5.
   */
  fetchGatherMs?: number
}>

/** Where the driver says what it rides out; the facts come first, as with pino. */
export type KafkaLogger = Readonly<{
  info: (facts: object, message: string) => void
  warn: (facts: object, message: string) => void
  error: (facts: object, message: string) => void
}>

export const silentLogger: KafkaLogger = { info: () => undefined, warn: () => undefined, error: () => undefined }

export type KafkaLogDeps = Readonly<{
  /** Epoch milliseconds. */
  now: () => number
  /** Default: silent. */
  logger?: KafkaLogger
  /** Hears that the appending part has ended unasked; the process cannot go on with this log. */
  onFault?: (error: Error) => void
}>

export type FullKafkaTuning = Required<KafkaTuning>

/** The tuning with its defaults. */
export function tuningOf({ tuning = {} }: KafkaLogOptions): FullKafkaTuning {
  const sessionTimeoutMs = tuning.sessionTimeoutMs ?? 6000
  return {
    connectWithinMs: tuning.connectWithinMs ?? 10_000,
    appendWithinMs: tuning.appendWithinMs ?? 15_000,
    answerWithinMs: tuning.answerWithinMs ?? 5000,
    queueBytesMax: tuning.queueBytesMax ?? 64 * 1024 * 1024,
    gzipAboveBytes: tuning.gzipAboveBytes ?? Number.POSITIVE_INFINITY,
    sessionTimeoutMs,
    heartbeatMs: tuning.heartbeatMs ?? Math.ceil(sessionTimeoutMs / 6),
    fetchWaitMs: tuning.fetchWaitMs ?? 200,
    fetchGatherMs: tuning.fetchGatherMs ?? 5,
  }
}
