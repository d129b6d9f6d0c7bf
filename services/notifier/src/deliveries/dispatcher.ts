import { deliveryGroup } from '@watchword/contracts'
import { type EventLog, LogError, type Member } from '@watchword/event-log'
import { createLane, type Lane } from './lane.ts'
import type { Channel } from './channel.ts'
import { createNamedTimers } from './named-timers.ts'
import {
  createPartitionDeliveries,
  type PartitionDeliveries,
  type PartitionDeliveriesDeps,
} from './partition-deliveries.ts'

export type DispatcherDeps = Omit<PartitionDeliveriesDeps, 'laneOf'> &
  Readonly<{
    log: EventLog
    /** A partition is somebody else's now. */
    onRevoked: () => void
  }>

/** Delivers what the partitions of this replica hold. */
export interface Dispatcher {
  /** Deliveries that are not done. */
  readonly pending: number
  stop(): Promise<void>
}

/** How many requests an endpoint gets at once, of one replica. */
const atOnceMax = 8
const commitEveryMs = 1_000
const firstCommitMs = 100
const assignAgainMs = 500

/**
 * Joins the group that shares the deliveries out. A partition is taken up at the oldest notification that is not done everywhere; where nobody ever delivered,
 * what happened before the start of this process is told to nobody.
 */
export async function createDispatcher(deps: DispatcherDeps): Promise<Dispatcher> {
  const { log, channels, clock, onFatal } = deps
  const { group, topic } = deliveryGroup
  const lanes = new Map<Channel, Lane>(channels.map((channel) => [channel, createLane(atOnceMax)]))
  const partitions = new Map<number, PartitionDeliveries>()
  const committed = new Map<number, number>()
  const startedAt = clock.now()
  const timers = createNamedTimers(clock)
  let stopped = false

  /** What the log does not answer now it will: the partition is ours, and somebody else would meet the same outage. */
  async function assign(partition: number): Promise<number> {
    for (;;) {
      try {
        return await takeUp(partition)
      } catch (error) {
        if (!(error instanceof LogError && error.retryable) || stopped) throw error
      }
      await new Promise<void>((resolve) => clock.after(assignAgainMs, resolve))
    }
  }

  async function takeUp(partition: number): Promise<number> {
    const [known, begin, end] = await Promise.all([
      log.committed(group, topic).then((offsets) => offsets[partition] ?? null),
      log.begins(topic).then((offsets) => offsets[partition] ?? 0),
      log.ends(topic).then((offsets) => offsets[partition] ?? 0),
    ])
    const from = Math.max(known ?? 0, begin)
    const quietBefore = known === null ? startedAt : 0
    partitions.set(
      partition,
      createPartitionDeliveries({ partition, liveFrom: end, quietBefore, from }, { ...deps, laneOf }),
    )
    if (known !== null) committed.set(partition, known)
    else beginHere(partition, end - begin)
    return from
  }

  /** Nobody delivered here before, or what the group knew has expired. */
  function beginHere(partition: number, passedOver: number): void {
    if (passedOver > 0)
      deps.logger.warn({ partition, passedOver }, 'deliveries begin here: what came before is not told')
    // Soon: the next start must not take itself for the first.
    if (!stopped) timers.set(`first ${partition}`, firstCommitMs, () => void tryCommit(partition))
  }

  function laneOf(channel: Channel): Lane {
    const lane = lanes.get(channel)
    if (lane === undefined) throw new Error('a channel that is not of this dispatcher')
    return lane
  }

  async function commit(partition: number): Promise<void> {
    const done = partitions.get(partition)?.done
    if (done === undefined || done === committed.get(partition)) return
    await member.commit(partition, done)
    committed.set(partition, done)
  }

  /** What is not committed is read once more after a start; that it failed is no fault. */
  async function tryCommit(partition: number): Promise<void> {
    await commit(partition).catch((error: unknown) => deps.logger.warn({ err: error, partition }, 'commit failed'))
  }

  async function commitAll(): Promise<void> {
    for (const partition of partitions.keys()) await tryCommit(partition)
    commitLater()
  }

  function commitLater(): void {
    if (!stopped) timers.set('all', commitEveryMs, () => void commitAll())
  }

  const member: Member = await log.join({
    group,
    topic,
    onAssigned: assign,
    onRecords: async (partition, records) => partitions.get(partition)?.take(records),
    async onRevoked(partition) {
      timers.cancel(`first ${partition}`)
      await partitions.get(partition)?.stop()
      await tryCommit(partition)
      partitions.delete(partition)
      committed.delete(partition)
      deps.onRevoked()
    },
    onError: onFatal,
  })
  commitLater()

  return {
    get pending() {
      return [...partitions.values()].reduce((sum, { pending }) => sum + pending, 0)
    },
    async stop() {
      stopped = true
      timers.cancelAll()
      await member.stop()
      // A membership that ended in a fault revokes nothing.
      await Promise.all(Array.from(partitions.values(), (partition) => partition.stop()))
    },
  }
}
