import type { TopicConfig } from '../../event-log.ts'
import type { KafkaTuning } from '../index.ts'

/** The topic that the members of the tests share. */
export function memberTopic(name: string): TopicConfig {
  return { name, partitions: 6, cleanup: 'delete', retentionMs: null, compactionLagMs: 0, tombstoneRetentionMs: 0 }
}

/** Quick to notice what is gone. */
export const memberTuning: KafkaTuning = { sessionTimeoutMs: 1500, heartbeatMs: 150, fetchWaitMs: 50 }
