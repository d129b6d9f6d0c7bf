import { clusterTopics } from '@watchword/contracts'
import {
  type KafkaAdmin,
  kafkaConnectionOf,
  openKafkaAdmin,
  planTopics,
  type TopicStep,
  type TopicTerms,
} from '@watchword/event-log/kafka'
import { topicLine } from '../cluster/topic-lines.ts'
import { checked, type Finding, failed, failedBy, passed } from './finding.ts'
import type { ServiceConfig } from './service-setup.ts'

const replicasWanted = 3

/** Whether the cluster lets this client in, and has the topics as they are declared. */
export async function examineKafka(config: ServiceConfig['kafka'], check: string): Promise<readonly Finding[]> {
  let admin: KafkaAdmin
  try {
    admin = await openKafkaAdmin(kafkaConnectionOf(config, 'watchword-doctor'))
  } catch (error) {
    return [failedBy(error, { check, setting: 'kafka.brokers' })]
  }
  const findings = await checked({ check, setting: 'kafka.sasl' }, async () => {
    const { steps, settings } = await topicsOf(admin)
    const faults = steps.flatMap((step) => topicFaults(step, check))
    const seen = settings ? 'as they are declared' : 'there; their settings are for an administrator to see'
    return faults.length > 0 ? faults : [passed(check, `all ${steps.length} topics are ${seen}`)]
  })
  const closed = await checked({ check, setting: 'kafka.brokers' }, async () => {
    await admin.close()
    return []
  })
  return [...findings, ...closed]
}

type Topics = Readonly<{ steps: readonly TopicStep[]; settings: boolean }>

async function topicsOf(admin: KafkaAdmin): Promise<Topics> {
  const names = clusterTopics.map(({ name }) => name)
  // A cluster with one broker has one replica and is none the worse for it.
  const replicationFactor = Math.min(replicasWanted, await admin.countBrokers())
  const terms: TopicTerms = { replicationFactor, minInsyncReplicas: Math.min(2, replicationFactor) }
  try {
    return { steps: planTopics(clusterTopics, await admin.findTopics(names), terms), settings: true }
  } catch (error) {
    // A service has no right to see settings, and needs none.
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'log-access-refused') throw error
    const steps = planTopics(clusterTopics, await admin.findBareTopics(names), terms)
    return { steps: steps.filter(({ status }) => status !== 'drift'), settings: false }
  }
}

function topicFaults(step: TopicStep, check: string): readonly Finding[] {
  const { topic: setting, status } = step
  if (status === 'in-sync') return []
  if (status === 'refused') return [failed(step.code, { check, setting, detail: step.detail })]
  if (status === 'missing')
    return [failed('topic-missing', { check, setting, detail: 'the cluster lacks it, or does not show it' })]
  return [failed('topic-drift', { check, setting, detail: topicLine(step).replace(/^drift\s+\S+ /, '') })]
}
