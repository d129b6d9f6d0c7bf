import type { EventLog, JoinOptions, Tail, TailOptions, TopicConfig } from '../event-log.ts'
import { LogError } from '../log-error.ts'
import { partitionOf } from '../murmur2.ts'
import { admitRecord, topicConfigOf } from '../record-admission.ts'
import { type ConsumerGroup, createConsumerGroup } from './consumer-group.ts'
import { createValueCopies } from '../value-copies.ts'
import { createGroupCommit } from './group-commit.ts'
import { createGroupPositions } from './group-positions.ts'
import { maintainTopics } from './maintenance.ts'
import { startTail } from './log-tail.ts'
import { createPartition, type Partition, partitionAt, readPartition } from './partition.ts'
import type { CleaningCounts, RecordStore } from './record-store.ts'

/** The lowest offset of a partition that must be kept, however old; `Infinity` for none. */
export type RetentionGuard = (topic: string, partition: number) => number

export type EmbeddedLogOptions = Readonly<{
  topics: readonly TopicConfig[]
  /** Default: nothing is protected. */
  protect?: RetentionGuard | undefined
}>

export type EmbeddedLogDeps = Readonly<{
  store: RecordStore
  /** Epoch milliseconds. */
  now: () => number
}>

/** A log inside this process. */
export interface EmbeddedLog extends EventLog {
  /** Applies retention and compaction once, in slices between the appends; to be called on a timer. Answers how many records went. */
  maintain(): Promise<CleaningCounts>
}

/** The log over a store: offsets, visibility, tails and groups; the store keeps the records. */
export function createEmbeddedLog(options: EmbeddedLogOptions, deps: EmbeddedLogDeps): EmbeddedLog {
  const { store, now } = deps
  const topics = new Map(options.topics.map((topic) => [topic.name, topic]))
  const partitions = loadPartitions(options.topics, store)
  const positions = createGroupPositions(store.positions)
  const writer = createGroupCommit(store, partitions)
  const groups = new Map<string, ConsumerGroup>()
  const tails = new Set<Tail>()
  const copy = createValueCopies()
  let state: 'open' | 'closing' | 'closed' = 'open'
  let closing: Promise<void> | null = null

  function partitionsOf(topic: string): readonly Partition[] {
    return partitions.get(topicConfigOf(topics, topic).name) ?? []
  }

  function refuseUnless(allowed: boolean): void {
    if (!allowed) throw new LogError('log-closed', 'the log is closed')
  }

  function groupOf(group: string, topic: string): ConsumerGroup {
    const name = JSON.stringify([group, topic])
    const existing = groups.get(name)
    if (existing !== undefined) return existing
    const created = createConsumerGroup({
      store,
      partitions: partitionsOf(topic),
      committedOf: (partition) => positions.get({ group, topic, partition: partition.index }),
      async commit(partition, nextOffset) {
        refuseUnless(state !== 'closed')
        const position = { group, topic, partition, nextOffset }
        checkPosition(partitionsOf(topic)[partition], nextOffset)
        // Also the very beginning says that there was somebody.
        if (nextOffset <= (positions.get(position) ?? -1)) return
        await writer.commit(position)
        positions.advance(position)
      },
    })
    groups.set(name, created)
    return created
  }

  async function closeAll(): Promise<void> {
    writer.hurry()
    // What is given up is finished and saved first, and saving appends.
    await Promise.all([...groups.values()].map((group) => group.stop()))
    await Promise.all([...tails].map((tail) => tail.stop()))
    state = 'closed'
    await writer.drained()
    await store.close()
  }

  return {
    topics,
    partitionFor: (topic, key) => partitionOf(key, topicConfigOf(topics, topic).partitions),
    async append(records) {
      refuseUnless(state !== 'closed')
      const admitted = records.map((record) => admitRecord(topics, record, copy))
      return admitted.length === 0 ? [] : writer.append(admitted, now())
    },
    async begins(topic) {
      refuseUnless(state !== 'closed')
      return partitionsOf(topic).map((partition) => partition.begin)
    },
    async ends(topic) {
      refuseUnless(state !== 'closed')
      return partitionsOf(topic).map((partition) => partition.end)
    },
    async read(topic, index, offset, limit) {
      refuseUnless(state !== 'closed')
      // Throws for an unknown topic, which is another fault than an unknown partition.
      topicConfigOf(topics, topic)
      const partition = partitionAt({ topic, partition: index }, partitions)
      return readPartition(store, partition, { from: offset, end: partition.end, limit })
    },
    async committed(group, topic) {
      refuseUnless(state !== 'closed')
      return partitionsOf(topic).map(({ index }) => positions.get({ group, topic, partition: index }) ?? null)
    },
    async tail(tailOptions: TailOptions) {
      refuseUnless(state === 'open')
      const followed = tailOptions.topics.flatMap((topic) => partitionsOf(topic))
      const tail = startTail(store, followed, tailOptions, () => tails.delete(tail))
      tails.add(tail)
      return tail
    },
    async join(joinOptions: JoinOptions) {
      refuseUnless(state === 'open')
      return groupOf(joinOptions.group, joinOptions.topic).join(joinOptions)
    },
    async maintain() {
      refuseUnless(state === 'open')
      return maintainTopics(options.topics, partitionsOf, {
        store,
        now: now(),
        protect: options.protect ?? (() => Number.POSITIVE_INFINITY),
        isOpen: () => state === 'open',
      })
    },
    close() {
      if (state === 'open') state = 'closing'
      closing ??= closeAll()
      return closing
    },
  }
}

function loadPartitions(topics: readonly TopicConfig[], store: RecordStore): ReadonlyMap<string, readonly Partition[]> {
  const bounds = new Map(store.bounds.map((found) => [`${found.topic}-${found.partition}`, found]))
  return new Map(
    topics.map((topic) => [
      topic.name,
      Array.from({ length: topic.partitions }, (_, index) => {
        const found = bounds.get(`${topic.name}-${index}`)
        return createPartition(topic.name, index, found?.begin ?? 0, found?.end ?? 0)
      }),
    ]),
  )
}

function checkPosition(partition: Partition | undefined, nextOffset: number): void {
  if (partition !== undefined && Number.isSafeInteger(nextOffset) && nextOffset >= 0) return
  throw new LogError('record-invalid', `no position ${nextOffset} can be committed there`)
}
