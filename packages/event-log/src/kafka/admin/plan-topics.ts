import type { TopicConfig } from '../../event-log.ts'
import { topicSettings } from '../topic-settings.ts'

/** A topic as the cluster has it. */
export type FoundTopic = Readonly<{
  name: string
  partitions: number
  /** Replicas of the partition that has the fewest. */
  replicationFactor: number
  /** Every setting with the value in force, the broker's defaults included. */
  settings: ReadonlyMap<string, string>
}>

/** How topics are to be kept. */
export type TopicTerms = Readonly<{
  replicationFactor: number
  /** At most `replicationFactor`. */
  minInsyncReplicas: number
}>

/** Why a topic cannot be brought to what is declared without losing records or their order. Stable codes. */
export type TopicRefusal = 'partitions-differ' | 'cleanup-differs' | 'replication-too-low'

export type SettingDrift = Readonly<{ setting: string; found: string | null; declared: string }>

/** What is to be done about one topic; `in-sync` needs nothing. A refused topic is left as it is, all of it. */
export type TopicStep = Readonly<{ topic: string }> &
  (
    | Readonly<{ status: 'in-sync' }>
    | Readonly<{
        status: 'missing'
        partitions: number
        replicationFactor: number
        settings: ReadonlyMap<string, string>
      }>
    | Readonly<{ status: 'drift'; drifts: readonly SettingDrift[] }>
    | Readonly<{ status: 'refused'; code: TopicRefusal; detail: string }>
  )

/**
 * Compares what is declared with what a cluster has. Settings that say how much is kept, or in how many copies, are minima: more than
 * declared is in sync, since lowering it would lose records that somebody chose to keep. Pure; one step for each topic, in its order.
 */
export function planTopics(
  declared: readonly TopicConfig[],
  found: readonly FoundTopic[],
  terms: TopicTerms,
): readonly TopicStep[] {
  const present = new Map(found.map((topic) => [topic.name, topic]))
  return declared.map((topic) => stepFor(topic, present.get(topic.name), terms))
}

function stepFor(declared: TopicConfig, found: FoundTopic | undefined, terms: TopicTerms): TopicStep {
  const topic = declared.name
  const settings = topicSettings(declared, terms.minInsyncReplicas)
  if (found === undefined) {
    const { replicationFactor } = terms
    return { topic, status: 'missing', partitions: declared.partitions, replicationFactor, settings }
  }
  const refusal = refusalOf(declared, found, terms)
  if (refusal !== null) return { topic, status: 'refused', ...refusal }
  const drifts = [...settings].flatMap(([setting, value]): readonly SettingDrift[] => {
    const present = found.settings.get(setting) ?? null
    return present !== null && satisfies(setting, present, value) ? [] : [{ setting, found: present, declared: value }]
  })
  return drifts.length === 0 ? { topic, status: 'in-sync' } : { topic, status: 'drift', drifts }
}

function refusalOf(
  declared: TopicConfig,
  found: FoundTopic,
  terms: TopicTerms,
): Readonly<{ code: TopicRefusal; detail: string }> | null {
  // More partitions would send the later records of a key elsewhere than its earlier ones.
  if (found.partitions !== declared.partitions)
    return { code: 'partitions-differ', detail: `${found.partitions} partitions, declared are ${declared.partitions}` }
  // Either way round, records that are still needed would go.
  const cleanup = found.settings.get('cleanup.policy')
  if (cleanup !== undefined && cleanup !== declared.cleanup)
    return { code: 'cleanup-differs', detail: `cleanup.policy is ${cleanup}, declared is ${declared.cleanup}` }
  // Nothing could be written any more if more replicas had to be in sync than there are.
  if (found.replicationFactor < terms.replicationFactor)
    return {
      code: 'replication-too-low',
      detail: `${found.replicationFactor} replicas, asked for are ${terms.replicationFactor}`,
    }
  return null
}

const minima: ReadonlySet<string> = new Set([
  'delete.retention.ms',
  'min.compaction.lag.ms',
  'min.insync.replicas',
  'retention.ms',
])

function satisfies(setting: string, found: string, declared: string): boolean {
  return minima.has(setting) ? amountOf(found) >= amountOf(declared) : found === declared
}

/** -1 is for ever. */
function amountOf(text: string): number {
  const amount = Number(text)
  return amount === -1 ? Number.POSITIVE_INFINITY : amount
}
