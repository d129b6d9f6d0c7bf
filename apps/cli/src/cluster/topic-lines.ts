import type { TopicStep } from '@watchword/event-log/kafka'

/** A step as one line for people. */
export function topicLine(step: TopicStep): string {
  if (step.status === 'in-sync') return `ok       ${step.topic}`
  if (step.status === 'refused') return `REFUSED  ${step.topic}: ${step.code}: ${step.detail}`
  if (step.status === 'drift') {
    const drifts = step.drifts.map(
      ({ setting, found, declared }) => `${setting} ${found ?? '(not set)'} -> ${declared}`,
    )
    return `drift    ${step.topic}: ${drifts.join(', ')}`
  }
  const settings = [...step.settings].map(([name, value]) => `${name}=${value}`).join(' ')
  return `missing  ${step.topic}: ${step.partitions} partitions, ${step.replicationFactor} replicas, ${settings}`
}

/** A step as one JSON object. */
export function topicJson(step: TopicStep): string {
  return JSON.stringify(step.status === 'missing' ? { ...step, settings: Object.fromEntries(step.settings) } : step)
}
