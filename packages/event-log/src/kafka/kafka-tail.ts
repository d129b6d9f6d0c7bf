import type { Tail, TailOptions, TailStart, TopicConfig } from '../event-log.ts'
import { toError } from '../to-error.ts'
import { LogError } from '../log-error.ts'
import { createFetchLoop } from './fetch-loop.ts'
import type { KafkaCluster } from './kafka-cluster.ts'
import type { KafkaLogger } from './kafka-log-options.ts'
import type { OffsetQueries } from './offset-queries.ts'
import { createPartitionReader, type PartitionReader } from './partition-reader.ts'
import { tailStart } from '../start-offset.ts'

export type KafkaTailDeps = Readonly<{
  /** Connected; the tail disconnects it. */
  cluster: KafkaCluster
  offsets: OffsetQueries
  logger: KafkaLogger
  fetchWaitMs: number
  fetchGatherMs: number
  onStopped: () => void
}>

type Start = Readonly<{ topic: string; partition: number; start: number; target: number }>

/** Reads partitions without a group: nothing is joined and nothing is committed. */
export async function startKafkaTail(
  topics: readonly TopicConfig[],
  options: TailOptions,
  deps: KafkaTailDeps,
): Promise<Tail> {
  const starts = (await Promise.all(topics.map((topic) => startsOf(topic, options.from, deps.offsets)))).flat()
  const { promise: caughtUp, resolve, reject } = Promise.withResolvers<void>()
  // Who does not wait for it must not be ended by its rejection.
  caughtUp.catch(() => undefined)
  const fetchGatherMs = Math.max(deps.fetchGatherMs, options.gatherMs ?? 0)
  const fetching = createFetchLoop({ ...deps, fetchGatherMs, whenGone: 'skip' })
  const readers = new Map<string, PartitionReader>()
  let behind = 0
  let ended = false
  let stopping: Promise<void> | null = null

  function end(error: Error): void {
    if (ended) return
    ended = true
    reject(error)
    deps.onStopped()
  }

  async function stopAll(): Promise<void> {
    fetching.stop()
    await Promise.all([...readers.values()].map((reader) => reader.stop()))
    await deps.cluster.disconnect()
  }

  for (const { topic, partition, start, target } of starts) {
    let reached = start >= target
    if (!reached) behind += 1
    const owner = {
      onRecords: options.onRecords,
      mayDeliver: () => true,
      onMoved(position: number) {
        if (reached || position < target) return
        reached = true
        behind -= 1
        if (behind === 0) resolve()
      },
      onFault(cause: unknown) {
        if (ended) return
        const error = toError(cause)
        end(error)
        stopping ??= stopAll()
        options.onError(error)
      },
    }
    const reader = createPartitionReader(topic, partition, start, owner, () => fetching.wake())
    readers.set(`${topic}/${partition}`, reader)
    fetching.add(reader)
  }
  if (behind === 0) resolve()

  return {
    caughtUp,
    position(topic, partition) {
      const reader = readers.get(`${topic}/${partition}`)
      if (reader === undefined)
        throw new LogError('unknown-topic', `the tail has no partition ${partition} of ${topic}`)
      return reader.position
    },
    stop() {
      end(new LogError('log-closed', 'the tail stopped before it had caught up'))
      stopping ??= stopAll()
      return stopping
    },
  }
}

async function startsOf(topic: TopicConfig, from: TailStart, offsets: OffsetQueries): Promise<readonly Start[]> {
  const begins = await offsets.begins(topic.name)
  const ends = await offsets.ends(topic.name)
  return ends.map((end, partition) => {
    const begin = begins[partition] ?? 0
    const bounds = { topic: topic.name, partition, begin, end }
    return { topic: topic.name, partition, target: end, start: tailStart(from, bounds) }
  })
}
