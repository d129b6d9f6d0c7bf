import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { TopicConfig } from '../../event-log.ts'
import { topicSettings } from '../topic-settings.ts'
import { type FoundTopic, planTopics } from './plan-topics.ts'

const kept: TopicConfig = {
  name: 'kept',
  partitions: 6,
  cleanup: 'delete',
  retentionMs: 1000,
  compactionLagMs: 0,
  tombstoneRetentionMs: 0,
}
const compacted: TopicConfig = {
  ...kept,
  name: 'compacted',
  cleanup: 'compact',
  retentionMs: null,
  compactionLagMs: 500,
  tombstoneRetentionMs: 700,
}
const terms = { replicationFactor: 3, minInsyncReplicas: 2 }

function found(topic: TopicConfig, changes: Record<string, string> = {}): FoundTopic {
  const settings = new Map([...topicSettings(topic, 2), ...Object.entries(changes)])
  return { name: topic.name, partitions: topic.partitions, replicationFactor: 3, settings }
}

const driftsOf = (topic: TopicConfig, changes: Record<string, string>): readonly string[] => {
  const [step] = planTopics([topic], [found(topic, changes)], terms)
  return step?.status === 'drift' ? step.drifts.map(({ setting, declared }) => `${setting}=${declared}`) : []
}

describe('the plan of the topics', () => {
  it('has nothing to do where everything is as declared, whatever else the cluster has', () => {
    const steps = planTopics([kept, compacted], [found(compacted), found(kept), found({ ...kept, name: 'x' })], terms)
    assert.deepEqual(steps, [
      { topic: 'kept', status: 'in-sync' },
      { topic: 'compacted', status: 'in-sync' },
    ])
  })

  it('makes a missing topic with all its settings', () => {
    const [step] = planTopics([compacted], [], terms)
    assert.ok(step?.status === 'missing')
    assert.equal(step.partitions, 6)
    assert.equal(step.replicationFactor, 3)
    assert.deepEqual(Object.fromEntries(step.settings), {
      'message.timestamp.type': 'LogAppendTime',
      'cleanup.policy': 'compact',
      'min.insync.replicas': '2',
      'compression.type': 'producer',
      'unclean.leader.election.enable': 'false',
      'min.compaction.lag.ms': '500',
      'delete.retention.ms': '700',
    })
  })

  it('raises what keeps too little', () => {
    assert.deepEqual(driftsOf(kept, { 'retention.ms': '999', 'min.insync.replicas': '1' }), [
      'min.insync.replicas=2',
      'retention.ms=1000',
    ])
    assert.deepEqual(driftsOf(compacted, { 'min.compaction.lag.ms': '0', 'delete.retention.ms': '1' }), [
      'min.compaction.lag.ms=500',
      'delete.retention.ms=700',
    ])
    assert.deepEqual(driftsOf({ ...kept, retentionMs: null }, { 'retention.ms': '999999' }), ['retention.ms=-1'])
  })

  it('leaves what keeps more: nothing is deleted by a plan', () => {
    assert.deepEqual(driftsOf(kept, { 'retention.ms': '2000', 'min.insync.replicas': '3' }), [])
    assert.deepEqual(driftsOf(kept, { 'retention.ms': '-1' }), [])
    assert.deepEqual(driftsOf(compacted, { 'delete.retention.ms': '800' }), [])
  })

  it('sets whose time a record carries, also where the cluster says nothing', () => {
    assert.deepEqual(driftsOf(kept, { 'message.timestamp.type': 'CreateTime' }), [
      'message.timestamp.type=LogAppendTime',
    ])
    const [step] = planTopics([kept], [{ ...found(kept), settings: new Map() }], terms)
    assert.ok(step?.status === 'drift')
    assert.equal(step.drifts.length, 6)
    assert.equal(step.drifts[0]?.found, null)
  })

  it('sets what a default of the cluster would break: a compression that cannot be read, a leader without what was acknowledged', () => {
    assert.deepEqual(driftsOf(kept, { 'compression.type': 'zstd', 'unclean.leader.election.enable': 'true' }), [
      'compression.type=producer',
      'unclean.leader.election.enable=false',
    ])
  })

  it('refuses another count of partitions, another cleanup and too few replicas', () => {
    const codeOf = (other: Partial<FoundTopic>): string => {
      const [step] = planTopics([kept], [{ ...found(kept), ...other }], terms)
      return step?.status === 'refused' ? step.code : 'none'
    }
    assert.equal(codeOf({ partitions: 5 }), 'partitions-differ')
    assert.equal(codeOf({ partitions: 7 }), 'partitions-differ')
    assert.equal(codeOf({ settings: new Map([['cleanup.policy', 'compact']]) }), 'cleanup-differs')
    assert.equal(codeOf({ settings: new Map([['cleanup.policy', 'compact,delete']]) }), 'cleanup-differs')
    assert.equal(codeOf({ replicationFactor: 2 }), 'replication-too-low')
    assert.equal(codeOf({ replicationFactor: 4 }), 'none')
  })
})
