import type { TopicConfig } from '../event-log.ts'
import type { Partition } from './partition.ts'
import type { CleaningCounts, CleaningPlan, RecordStore } from './record-store.ts'

type MaintenanceDeps = Readonly<{
  store: RecordStore
  /** Epoch milliseconds. */
  now: number
  protect: (topic: string, partition: number) => number
  isOpen: () => boolean
}>

/** Forgets what is no longer recent, then cleans every partition of every topic once; stops early when the log closes. */
export async function maintainTopics(
  topics: readonly TopicConfig[],
  partitionsOf: (topic: string) => readonly Partition[],
  deps: MaintenanceDeps,
): Promise<CleaningCounts> {
  for (const { name } of topics) for (const { recent } of partitionsOf(name)) recent.forgetOld(deps.now)
  const counts = { expired: 0, superseded: 0, tombstones: 0 }
  for (const topic of topics) {
    for (const partition of partitionsOf(topic.name)) {
      const plan = planFor(topic, partition, deps)
      if (plan === null) continue
      let more = true
      while (more && deps.isOpen()) {
        const result = await deps.store.clean(plan)
        counts.expired += result.expired
        counts.superseded += result.superseded
        counts.tombstones += result.tombstones
        // What was cleaned must not be readable from memory either.
        if (result.expired + result.superseded + result.tombstones > 0) partition.recent.clear()
        partition.begin = result.begin
        more = result.more
      }
    }
  }
  return counts
}

function planFor(topic: TopicConfig, partition: Partition, deps: MaintenanceDeps): CleaningPlan | null {
  const belowOffset = Math.min(deps.protect(topic.name, partition.index), partition.end)
  if (belowOffset <= partition.begin) return null
  const place = { topic: topic.name, partition: partition.index, belowOffset }
  if (topic.cleanup === 'compact') {
    const youngest = deps.now - topic.compactionLagMs
    const tombstonesBefore = Math.min(youngest, deps.now - topic.tombstoneRetentionMs)
    return { ...place, expiredBefore: null, supersededBefore: youngest, tombstonesBefore }
  }
  if (topic.retentionMs === null) return null
  const expiredBefore = deps.now - topic.retentionMs
  return { ...place, expiredBefore, supersededBefore: null, tombstonesBefore: null }
}
