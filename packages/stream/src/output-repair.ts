import type { AppendRecord, EventLog, LogRecord } from '@watchword/event-log'
import type { Clock } from './clock.ts'
import { isFurther, type OutputReach, type Stretch } from './output-reach.ts'
import { type LogPlace, readRange } from './read-range.ts'
import type { SaidLedger } from './said-ledger.ts'
import { againHeader, isAfter, type Spot, sourceOf } from './source-header.ts'
import type { StageMetrics } from './stage-metrics.ts'

export type OutputRepairDeps = Readonly<{
  log: EventLog
  clock: Clock
  metrics: StageMetrics
  stage: string
  /** The compacted ones among the co-partitioned outputs. */
  topics: readonly string[]
  everyMs: number
  /** Of the partitions that are ours. */
  ledgers: ReadonlyMap<number, SaidLedger>
}>

/** Looks after the compacted outputs of a stage. */
export interface OutputRepair {
  /** Resolves when no look is under way any more. */
  stop(): Promise<void>
}

/** What a key has: its furthest record, and what stands last. */
type Standing = { furthest: Spot; offset: number; last: Spot }

type Found = Readonly<{
  /** Keys of records that stand after a further one. */
  late: ReadonlySet<string>
  /** The least of those records. */
  least: Spot | undefined
  furthest: Spot | undefined
}>

/**
 * Compaction keeps the latest record of a key, readers the highest version. A process that lost its partition and did not notice may write an
 * older version after a newer one, so from time to time the owner looks at what it did not write itself, and says the newest of such a key again.
 */
export function startOutputRepair(deps: OutputRepairDeps): OutputRepair {
  const { log, clock, metrics } = deps
  let stopped = false
  let cancel = later()
  let looking = Promise.resolve()

  function later(): () => void {
    return clock.after(deps.everyMs, () => {
      looking = lookAtAll()
    })
  }

  async function lookAtAll(): Promise<void> {
    try {
      for (const topic of deps.topics) {
        const ends = await log.ends(topic)
        for (const [partition, { reaches }] of deps.ledgers) {
          const reach = reaches.get(topic)
          const isOurs = (): boolean => !stopped && deps.ledgers.get(partition)?.reaches === reaches
          if (reach !== undefined) await lookAt({ log, topic, partition }, reach, ends[partition] ?? 0, isOurs)
        }
      }
    } catch (error) {
      metrics.repairFailed(error)
    }
    if (!stopped) cancel = later()
  }

  async function lookAt(place: LogPlace, reach: OutputReach, end: number, isOurs: () => boolean): Promise<void> {
    for (let upTo = end; isOurs() && reach.unlooked().from < upTo; ) {
      const stretch = reach.unlooked()
      const found = await find(place, stretch, upTo)
      const again = found.late.size === 0 ? [] : await overtaken(place, reach, found, upTo)
      for (const offset of again) if (isOurs()) await sayAgain(place, offset)
      if (!isOurs()) return
      reach.onLooked(stretch, upTo, found.furthest)
      if (again.length === 0) return
      metrics.repaired(again.length)
      // What was said again may have come after a newer one of ours.
      upTo = (await log.ends(place.topic))[place.partition] ?? 0
    }
  }

  function spotOf({ headers }: LogRecord, partition: number): Spot | undefined {
    const source = sourceOf(headers)
    return source?.stage === deps.stage && source.partition === partition ? source : undefined
  }

  async function find(place: LogPlace, { from, said }: Stretch, end: number): Promise<Found> {
    const late = new Set<string>()
    let least: Spot | undefined
    let furthest = said
    for await (const record of readRange(place, from, end)) {
      const spot = spotOf(record, place.partition)
      if (spot === undefined) continue
      if (furthest !== undefined && isAfter(furthest, spot)) {
        late.add(record.key)
        if (least === undefined || isAfter(least, spot)) least = spot
      } else furthest = spot
    }
    return { late, least, furthest }
  }

  /** Where the furthest records of such keys stand that do not stand last. */
  async function overtaken(
    place: LogPlace,
    { begun }: OutputReach,
    found: Found,
    end: number,
  ): Promise<readonly number[]> {
    // Mostly what came late was said when the partition changed hands, and what overtook it after that.
    const isSince = found.least !== undefined && isFurther(found.least, begun.spot)
    const standings = new Map<string, Standing>()
    for await (const record of readRange(place, isSince ? begun.position : 0, end)) {
      const spot = found.late.has(record.key) ? spotOf(record, place.partition) : undefined
      if (spot === undefined) continue
      const known = standings.get(record.key)
      if (known === undefined || !isAfter(known.furthest, spot))
        standings.set(record.key, { furthest: spot, offset: record.offset, last: spot })
      else known.last = spot
    }
    return [...standings.values()].flatMap(({ furthest, offset, last }) => (isAfter(furthest, last) ? [offset] : []))
  }

  async function sayAgain({ topic, partition }: LogPlace, offset: number): Promise<void> {
    const [record] = await log.read(topic, partition, offset, 1)
    // Gone: something else stands last by now, and the next look sees it.
    if (record?.offset !== offset) return
    const again: AppendRecord = {
      topic,
      partition,
      key: record.key,
      value: record.value,
      headers: { ...record.headers, [againHeader]: '1' },
    }
    await log.append([again])
  }

  return {
    async stop() {
      stopped = true
      cancel()
      await looking
    },
  }
}
