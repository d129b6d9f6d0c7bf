import type { Admin } from 'kafkajs'
import { createKafkaClient } from '../kafka-client.ts'
import { type KafkaConnection, type KafkaLogger, silentLogger } from '../kafka-log-options.ts'
import { administrationError } from './administration-error.ts'
import { createTopics, findTopics, setSettings } from './cluster-topics.ts'
import type { FoundTopic, TopicStep } from './plan-topics.ts'

/** What an administrator does with a cluster. Everything rejects with a LogError: `log-unavailable` or `log-access-refused`. */
export interface KafkaAdmin {
  /** Those of the named topics that the cluster has, as far as this client may see them. */
  findTopics(names: readonly string[]): Promise<readonly FoundTopic[]>
  /** Makes what is missing and raises what drifts; leaves refused topics as they are. Asking again does nothing more. */
  applyTopics(steps: readonly TopicStep[]): Promise<void>
  close(): Promise<void>
}

/** Connects as the administrator of a cluster. */
export async function openKafkaAdmin(
  connection: KafkaConnection,
  deps: Readonly<{ logger?: KafkaLogger }> = {},
): Promise<KafkaAdmin> {
  const admin: Admin = createKafkaClient(connection, deps.logger ?? silentLogger).admin()

  async function ask<Answer>(what: string, question: () => Promise<Answer>): Promise<Answer> {
    try {
      return await question()
    } catch (error) {
      throw administrationError(what, error)
    }
  }

  await ask('the cluster cannot be administered', () => admin.connect())
  return {
    findTopics: (names) => ask('the topics cannot be described', () => findTopics(admin, names)),
    async applyTopics(steps) {
      const missing = steps.filter((step) => step.status === 'missing')
      await ask('the topics cannot be made', () => createTopics(admin, missing))
      for (const step of steps)
        if (step.status === 'drift')
          await ask(`${step.topic} cannot be changed`, () => setSettings(admin, step.topic, step.drifts))
    },
    close: () => admin.disconnect(),
  }
}
