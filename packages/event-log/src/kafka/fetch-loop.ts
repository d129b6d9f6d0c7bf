import { LogError } from '../log-error.ts'
import { createValueCopies } from '../value-copies.ts'
import { type FetchedPart, fetchRecords, type FetchPlace } from './fetch-records.ts'
import { type KafkaCluster, leaderOf } from './kafka-cluster.ts'
import { kafkaFaultOf, outOfRangeOf, unavailable } from './kafka-fault.ts'
import type { KafkaLogger } from './kafka-log-options.ts'
import type { OffsetQueries } from './offset-queries.ts'
import type { PartitionReader } from './partition-reader.ts'
import { createBackoff, pause } from './pause.ts'

const partitionBytesMax = 1024 * 1024
const requestBytesMax = 8 * 1024 * 1024
const bufferedBytesMax = 32 * 1024 * 1024
/** What cannot be read is asked for again after so long, milliseconds. */
const asideMs = 10_000
/** An answer of so much is not waited after: there is likely more. */
const manyBytes = 64 * 1024

export type FetchLoopDeps = Readonly<{
  cluster: KafkaCluster
  offsets: OffsetQueries
  logger: KafkaLogger
  /** How long the broker may hold a fetch back when there is nothing new. Milliseconds. */
  fetchWaitMs: number
  /** A fetch that follows one with few records begins so long after it, so that more of them come together. Milliseconds. */
  fetchGatherMs: number
  /** What becomes of a reader whose next records retention has removed: it goes on with the oldest, or ends with `records-gone`. */
  whenGone: 'skip' | 'fail'
}>

/** Keeps readers supplied: one fetch at a time to each broker that leads some of their partitions. */
export interface FetchLoop {
  add(reader: PartitionReader): void
  remove(reader: PartitionReader): void
  /** A reader has room again. */
  wake(): void
  /** Nothing is fetched after. */
  stop(): void
}

/** A loop without readers; outages are waited out for as long as it takes. */
export function createFetchLoop(deps: FetchLoopDeps): FetchLoop {
  const { cluster, offsets, logger } = deps
  const readers = new Map<PartitionReader, string>()
  const nodes = new Set<string>()
  /** Those whose next records cannot be read now; no other waits for them. */
  const aside = new Set<PartitionReader>()
  const stopping = new AbortController()
  const copy = createValueCopies()
  let woken = Promise.withResolvers<void>()
  let starting = false

  function wake(): void {
    woken.resolve()
    woken = Promise.withResolvers()
  }

  /** Readers go to their leaders as these are known now. */
  function distribute(): void {
    for (const reader of readers.keys()) readers.set(reader, leaderOf(cluster, reader))
    for (const node of readers.values()) {
      if (nodes.has(node) || stopping.signal.aborted) continue
      nodes.add(node)
      void follow(node)
    }
    wake()
  }

  async function follow(node: string): Promise<void> {
    const backoff = createBackoff()
    while (!stopping.signal.aborted) {
      const mine = [...readers.keys()].filter((reader) => readers.get(reader) === node)
      if (mine.length === 0) break
      const wanted = chooseFrom(mine)
      if (wanted.length === 0) {
        await woken.promise
        continue
      }
      const began = performance.now()
      try {
        const bytes = await fetchFrom(node, wanted)
        backoff.reset()
        const early = deps.fetchGatherMs - (performance.now() - began)
        if (bytes < manyBytes && early > 0) await pause(early, stopping.signal)
      } catch (error) {
        await recover(error, wanted, backoff.next())
      }
    }
    nodes.delete(node)
    // A reader that came to this node while its loop was ending has nobody to fetch for it.
    if (!stopping.signal.aborted && [...readers.values()].includes(node)) distribute()
  }

  function chooseFrom(mine: readonly PartitionReader[]): readonly PartitionReader[] {
    let buffered = 0
    for (const reader of readers.keys()) buffered += reader.bufferedBytes
    const able = mine.filter((reader) => reader.hungry && !aside.has(reader))
    return able.filter((reader) => buffered < bufferedBytesMax || reader.bufferedBytes === 0)
  }

  /** Answers how many bytes came. */
  async function fetchFrom(node: string, wanted: readonly PartitionReader[]): Promise<number> {
    const broker = await cluster.findBroker({ nodeId: node })
    const limits = { waitMs: deps.fetchWaitMs, partitionBytesMax, bytesMax: requestBytesMax }
    const byPlace = new Map(wanted.map((reader) => [placeOf(reader), reader]))
    const parts = await fetchRecords(broker, [...byPlace.keys()], limits, copy)
    if (stopping.signal.aborted) return 0
    let bytes = 0
    const gaps: FetchedPart[] = []
    for (const part of parts) {
      for (const { value } of part.records) bytes += value?.length ?? 0
      if (part.nextOffset > part.place.offset) byPlace.get(part.place)?.accept(part.records, part.nextOffset)
      else if (part.fault !== undefined) void putAside(byPlace.get(part.place), part.fault)
      else if (part.end > part.place.offset) gaps.push(part)
    }
    for (const { place } of gaps) {
      // Empty below the end: the answer was full before it came to this partition, or compaction took all that was there.
      const [alone] = await fetchRecords(broker, [place], { ...limits, waitMs: 0 }, copy)
      if (alone === undefined) continue
      if (alone.fault !== undefined && alone.nextOffset === place.offset) void putAside(byPlace.get(place), alone.fault)
      else byPlace.get(place)?.accept(alone.records, alone.nextOffset > place.offset ? alone.nextOffset : alone.end)
    }
    return gaps.length > 0 ? manyBytes : bytes
  }

  async function putAside(reader: PartitionReader | undefined, fault: Error): Promise<void> {
    if (reader === undefined) return
    const { topic, partition, fetchOffset } = reader
    logger.warn({ err: fault, topic, partition, offset: fetchOffset }, 'records cannot be read, their partition waits')
    aside.add(reader)
    await pause(asideMs, stopping.signal)
    aside.delete(reader)
    wake()
  }

  async function recover(error: unknown, wanted: readonly PartitionReader[], waitMs: number): Promise<void> {
    if (stopping.signal.aborted) return
    if (kafkaFaultOf(error) === 'permanent') {
      for (const reader of wanted) end(reader, unavailable('the broker refuses to be read', error))
      return
    }
    try {
      const place = outOfRangeOf(error)
      const lost = wanted.find((reader) => reader.topic === place?.topic && reader.partition === place.partition)
      if (lost !== undefined) return await bringBack(lost)
      logger.warn({ err: error }, 'fetching from the log failed, it is tried again')
      await pause(waitMs, stopping.signal)
      await cluster.refreshMetadata()
      distribute()
    } catch (cause) {
      logger.warn({ err: cause }, 'the brokers cannot be reached, they are tried again')
      await pause(waitMs, stopping.signal)
    }
  }

  /** The place read next is not there: retention has passed it, or the end of the partition is gone. */
  async function bringBack(reader: PartitionReader): Promise<void> {
    const { topic, partition, fetchOffset } = reader
    const begin = (await offsets.begins(topic))[partition] ?? 0
    const last = (await offsets.ends(topic))[partition] ?? 0
    if (fetchOffset < begin) {
      logger.warn({ topic, partition, from: fetchOffset, to: begin }, 'records were gone before they were read')
      if (deps.whenGone === 'skip') return reader.accept([], begin)
      end(
        reader,
        new LogError('records-gone', `${topic}-${partition} begins at ${begin}, it was read up to ${fetchOffset}`),
      )
    } else if (fetchOffset > last) {
      end(
        reader,
        new LogError('log-corrupt', `${topic}-${partition} ends at ${last}, it was read up to ${fetchOffset}`),
      )
    }
  }

  function end(reader: PartitionReader, error: LogError): void {
    readers.delete(reader)
    reader.fail(error)
  }

  return {
    add(reader) {
      readers.set(reader, leaderOf(cluster, reader))
      if (starting) return
      starting = true
      // Later, so that readers that are added together are in one fetch.
      setImmediate(() => {
        starting = false
        distribute()
      })
    },
    remove(reader) {
      readers.delete(reader)
      wake()
    },
    wake,
    stop() {
      stopping.abort()
      readers.clear()
      wake()
    },
  }
}

function placeOf({ topic, partition, fetchOffset }: PartitionReader): FetchPlace {
  return { topic, partition, offset: fetchOffset }
}
