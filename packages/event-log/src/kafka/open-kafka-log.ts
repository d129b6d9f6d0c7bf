import type { Kafka } from 'kafkajs'
import type { EventLog, Member, Tail, TopicConfig } from '../event-log.ts'
import { toError } from '../to-error.ts'
import { LogError } from '../log-error.ts'
import { partitionOf } from '../murmur2.ts'
import { admitRecord, topicConfigOf } from '../record-admission.ts'
import { createValueCopies } from '../value-copies.ts'
import { createAppendQueue } from './append-queue.ts'
import { startKafkaMember } from './group-member.ts'
import { groupIdOf } from './group-protocol.ts'
import { createKafkaClient } from './kafka-client.ts'
import { clusterOf, type KafkaCluster } from './kafka-cluster.ts'
import { isAccessRefused, kafkaFaultOf, unavailable } from './kafka-fault.ts'
import { type KafkaLogDeps, type KafkaLogOptions, silentLogger, tuningOf } from './kafka-log-options.ts'
import { startKafkaTail } from './kafka-tail.ts'
import { checkTopics } from './kafka-topics.ts'
import { createOffsetQueries } from './offset-queries.ts'
import { createBackoff, pause } from './pause.ts'

/**
 * Opens the log in a Kafka cluster. Rejects with a LogError: `topic-mismatch`, `log-access-refused`, or `log-unavailable` when no broker is
 * reached in time.
 * Appends are at least once: one whose fate an outage hides is sent again, so a record may be in the log twice.
 */
export async function openKafkaLog(options: KafkaLogOptions, deps: KafkaLogDeps): Promise<EventLog> {
  const logger = deps.logger ?? silentLogger
  const tuning = tuningOf(options)
  const topics = new Map(options.topics.map((topic) => [topic.name, topic]))
  const kafka = createKafkaClient(options, logger)
  const closed = new AbortController()
  const opened = await retryUntil(deps.now() + tuning.connectWithinMs, deps.now, async () => {
    await checkTopics(kafka, options.topics, options.createTopics)
    return Promise.all([connect(kafka, [...topics.keys()]), connect(kafka, [...topics.keys()])])
  })
  const [asking, appending] = opened
  const offsets = createOffsetQueries({
    cluster: asking,
    topics,
    answerWithinMs: tuning.answerWithinMs,
    signal: closed.signal,
  })
  const onFault = (error: unknown): void => deps.onFault?.(toError(error))
  const queue = createAppendQueue({ cluster: appending, tuning, logger, onFault })
  const copy = createValueCopies()
  const members = new Set<Member>()
  const tails = new Set<Tail>()
  let state: 'open' | 'closing' | 'closed' = 'open'
  let closing: Promise<void> | null = null

  function refuseUnless(allowed: boolean): void {
    if (!allowed) throw new LogError('log-closed', 'the log is closed')
  }

  /** A client of its own, whose long fetches keep nobody else waiting. */
  async function connectFor(chosen: readonly TopicConfig[]): Promise<KafkaCluster> {
    const names = chosen.map(({ name }) => name)
    const cluster = await retryUntil(deps.now() + tuning.connectWithinMs, deps.now, () => connect(kafka, names))
    if (state === 'open') return cluster
    await cluster.disconnect()
    throw new LogError('log-closed', 'the log is closed')
  }

  async function closeAll(): Promise<void> {
    // What is given up is finished and saved first, and saving appends.
    await Promise.all([...members].map((member) => member.stop()))
    await Promise.all([...tails].map((tail) => tail.stop()))
    state = 'closed'
    await queue.drained()
    closed.abort()
    await Promise.all([asking.disconnect(), appending.disconnect()])
  }

  return {
    topics,
    partitionFor: (topic, key) => partitionOf(key, topicConfigOf(topics, topic).partitions),
    async append(records) {
      refuseUnless(state !== 'closed')
      const admitted = records.map((record) => admitRecord(topics, record, copy))
      return admitted.length === 0 ? [] : queue.append(admitted)
    },
    async begins(topic) {
      refuseUnless(state !== 'closed')
      return offsets.begins(topic)
    },
    async ends(topic) {
      refuseUnless(state !== 'closed')
      return offsets.ends(topic)
    },
    async read(topic, partition, offset, limit) {
      refuseUnless(state !== 'closed')
      return offsets.read(topic, partition, offset, limit)
    },
    async committed(group, topic) {
      refuseUnless(state !== 'closed')
      return offsets.committed(groupIdOf(group, topic), topic)
    },
    async tail(tailOptions) {
      refuseUnless(state === 'open')
      const followed = tailOptions.topics.map((topic) => topicConfigOf(topics, topic))
      const cluster = await connectFor(followed)
      const onStopped = (): void => void tails.delete(tail)
      let tail: Tail
      try {
        tail = await startKafkaTail(followed, tailOptions, {
          cluster,
          offsets,
          logger,
          fetchWaitMs: tuning.fetchWaitMs,
          fetchGatherMs: tuning.fetchGatherMs,
          onStopped,
        })
      } catch (error) {
        await cluster.disconnect()
        throw error
      }
      tails.add(tail)
      return tail
    },
    async join(joinOptions) {
      refuseUnless(state === 'open')
      const topic = topicConfigOf(topics, joinOptions.topic)
      const cluster = await connectFor([topic])
      const member: Member = startKafkaMember(topic, joinOptions, {
        cluster,
        offsets,
        logger,
        tuning,
        name: options.memberName ?? null,
        onLeft: () => members.delete(member),
      })
      members.add(member)
      return member
    },
    close() {
      if (state === 'open') state = 'closing'
      closing ??= closeAll()
      return closing
    },
  }
}

async function connect(kafka: Kafka, topics: readonly string[]): Promise<KafkaCluster> {
  const cluster = clusterOf(kafka)
  try {
    await cluster.connect()
    await cluster.addMultipleTargetTopics(topics)
    return cluster
  } catch (error) {
    await cluster.disconnect()
    throw error
  }
}

async function retryUntil<Answer>(
  deadline: number,
  now: () => number,
  attempt: () => Promise<Answer>,
): Promise<Answer> {
  const backoff = createBackoff()
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (error instanceof LogError) throw error
      if (isAccessRefused(error))
        throw new LogError('log-access-refused', 'the cluster does not let this client in', { cause: error })
      if (kafkaFaultOf(error) === 'permanent' || now() > deadline) throw unavailable('no broker was reached', error)
      await pause(backoff.next(), new AbortController().signal)
    }
  }
}
