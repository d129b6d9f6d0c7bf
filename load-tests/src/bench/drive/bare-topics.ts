import { clusterTopics } from '@watchword/contracts'

/** The name of the topic in which the bare loop does what the product does in `topic`. */
export function bareTopicOf(topic: string): string {
  return topic.replace('watchword.', 'bare.')
}

/** A topic for the bare loop beside each of the product, laid out alike. */
export const bareTopics: typeof clusterTopics = clusterTopics.map((topic) => ({
  ...topic,
  name: bareTopicOf(topic.name),
}))

export const bareGroup = 'bare'
