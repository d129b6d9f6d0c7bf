import type { TopicConfig } from '../event-log.ts'

/** The settings of a topic in the broker's own names and spelling: what the log relies on, and nothing else. */
export function topicSettings(topic: TopicConfig, minInsyncReplicas: number): ReadonlyMap<string, string> {
  const settings = new Map([
    // The time at which the log took the record, so that it never goes back within a partition.
    ['message.timestamp.type', 'LogAppendTime'],
    ['cleanup.policy', topic.cleanup],
    ['min.insync.replicas', String(minInsyncReplicas)],
    // kafkajs reads gzip alone: what a broker presses by a default of its own (zstd, lz4, snappy) nobody of ours could read.
    ['compression.type', 'producer'],
    // A replica that was not in sync does not have all that was acknowledged.
    ['unclean.leader.election.enable', 'false'],
  ])
  if (topic.cleanup === 'delete') return settings.set('retention.ms', String(topic.retentionMs ?? -1))
  return settings
    .set('min.compaction.lag.ms', String(topic.compactionLagMs))
    .set('delete.retention.ms', String(topic.tombstoneRetentionMs))
}
