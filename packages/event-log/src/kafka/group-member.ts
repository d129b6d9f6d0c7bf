import type { JoinOptions, Member, TopicConfig } from '../event-log.ts'
import { toError } from '../to-error.ts'
import { LogError } from '../log-error.ts'
import { createFetchLoop } from './fetch-loop.ts'
import { createGroupCommits } from './group-commits.ts'
import { createGroupSession } from './group-session.ts'
import { groupIdOf } from './group-protocol.ts'
import { createHeldPartitions } from './held-partitions.ts'
import type { KafkaCluster } from './kafka-cluster.ts'
import { kafkaFaultOf, unavailable } from './kafka-fault.ts'
import type { FullKafkaTuning, KafkaLogger } from './kafka-log-options.ts'
import { createLease } from './lease.ts'
import type { OffsetQueries } from './offset-queries.ts'
import { createBackoff, pause } from './pause.ts'

export type KafkaMemberDeps = Readonly<{
  /** Connected; the member disconnects it. */
  cluster: KafkaCluster
  offsets: OffsetQueries
  logger: KafkaLogger
  tuning: FullKafkaTuning
  /** `memberName` of the log, null when it has none. */
  name: string | null
  onLeft: () => void
}>

/** Takes part in a group until stopped or until a fault that does not pass. */
export function startKafkaMember(topic: TopicConfig, options: JoinOptions, deps: KafkaMemberDeps): Member {
  const { cluster, offsets, logger, tuning } = deps
  const groupId = groupIdOf(options.group, topic.name)
  const session = createGroupSession(cluster, {
    groupId,
    topic: topic.name,
    partitions: topic.partitions,
    sessionTimeoutMs: tuning.sessionTimeoutMs,
    name: options.staysWithHolder === true ? null : deps.name,
    onSameName: (name) =>
      logger.warn({ group: groupId, name }, 'two members have one name, so none has partitions of its own'),
  })
  const left = new AbortController()
  const lease = createLease(tuning.sessionTimeoutMs, () => session.leasedFrom)
  const fetching = createFetchLoop({
    cluster,
    offsets,
    logger,
    fetchWaitMs: tuning.fetchWaitMs,
    fetchGatherMs: Math.max(tuning.fetchGatherMs, options.gatherMs ?? 0),
    // What a state is made of must not be left out.
    whenGone: 'fail',
  })
  const commits = createGroupCommits({
    session,
    holds: (partition) => held.holds(partition),
    answerWithinMs: tuning.answerWithinMs,
    signal: left.signal,
  })
  const held = createHeldPartitions(options, {
    fetching,
    offsets,
    topic: topic.name,
    committed: committedOf,
    startCommitsAt: (partition, nextOffset) => commits.startAt(partition, nextOffset),
    lease,
    onGivenUp: rejoin,
    onFault: fail,
  })
  let joinsWanted = 1
  let joinsDone = 0
  let wake = new AbortController()
  let leaving: Promise<void> | null = null
  let faulted = false

  function wakeUp(): void {
    wake.abort()
    wake = new AbortController()
  }

  function rejoin(): void {
    joinsWanted += 1
    wakeUp()
  }

  function fail(cause: unknown): void {
    if (faulted) return
    faulted = true
    leaving ??= leave()
    options.onError(toError(cause))
  }

  /** Waits an outage out, as long as the member is in the group. */
  async function committedOf(partitions: readonly number[]): Promise<ReadonlyMap<number, number>> {
    const backoff = createBackoff()
    for (;;) {
      try {
        return await session.committed(partitions)
      } catch (error) {
        if (left.signal.aborted || kafkaFaultOf(error) === 'permanent') throw unavailable('no committed offsets', error)
        session.forgetCoordinator()
        await pause(backoff.next(), left.signal)
      }
    }
  }

  async function join(): Promise<void> {
    const wanted = joinsWanted
    const assigned = await session.join(() => held.claims())
    joinsDone = wanted
    lease.renewed()
    logger.info({ group: groupId, partitions: assigned }, 'the member has its partitions')
    held.take(leaving === null ? assigned : [])
  }

  async function ride(error: unknown, waitMs: number): Promise<void> {
    switch (kafkaFaultOf(error)) {
      case 'rebalance':
        joinsWanted += 1
        return
      case 'lost-member':
        logger.warn({ group: groupId, err: error }, 'the group went on without this member')
        session.forget()
        held.lose()
        lease.renewed()
        joinsWanted += 1
        return
      case 'permanent':
      case 'refused-record':
        left.abort()
        held.lose()
        return fail(unavailable('the group refuses the member', error))
      case 'passing':
        logger.warn({ group: groupId, err: error }, 'the group cannot be reached, it is tried again')
        session.forgetCoordinator()
        await pause(waitMs, left.signal)
        await refresh()
    }
  }

  async function refresh(): Promise<void> {
    try {
      await cluster.refreshMetadata()
    } catch (error) {
      logger.warn({ group: groupId, err: error }, 'the brokers cannot be reached, they are tried again')
    }
  }

  async function run(): Promise<void> {
    const backoff = createBackoff()
    while (!left.signal.aborted) {
      try {
        if (joinsWanted > joinsDone) await join()
        else await session.heartbeat()
        lease.renewed()
        backoff.reset()
        if (joinsWanted === joinsDone) await pause(tuning.heartbeatMs, wake.signal)
      } catch (error) {
        await ride(error, backoff.next())
      }
    }
  }

  async function leave(): Promise<void> {
    // The membership is kept alive until the last partition is given up.
    await held.release()
    left.abort()
    wakeUp()
    lease.renewed()
    fetching.stop()
    await running
    // Without it the group learns from the session's time-out.
    await session
      .leave()
      .catch((error: unknown) => logger.warn({ group: groupId, err: error }, 'leaving was not heard'))
    await cluster.disconnect()
    deps.onLeft()
  }

  const started = Promise.withResolvers<void>()
  const running = started.promise.then(run)
  // Later, so that the caller holds the member before the first callback wants to commit with it.
  setImmediate(() => started.resolve())

  return {
    async commit(partition, nextOffset) {
      const known = Number.isInteger(partition) && partition >= 0 && partition < topic.partitions
      if (!known || !Number.isSafeInteger(nextOffset) || nextOffset < 0) {
        throw new LogError('record-invalid', `no position ${nextOffset} can be committed there`)
      }
      await commits.commit(partition, nextOffset)
    },
    // Brokers answer with what is durable.
    durable: async () => undefined,
    holds: (partition) => held.holds(partition) && lease.lasts(),
    stop() {
      leaving ??= leave()
      return leaving
    },
  }
}
