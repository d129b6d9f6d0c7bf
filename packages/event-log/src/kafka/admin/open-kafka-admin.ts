import type { Admin } from 'kafkajs'
import { LogError } from '../../log-error.ts'
import { createKafkaClient } from '../kafka-client.ts'
import { type KafkaConnection, type KafkaLogger, silentLogger } from '../kafka-log-options.ts'
import { addAcls, aclText, findAcls, type KafkaAcl } from './acls.ts'
import { createBackoff, pause } from '../pause.ts'
import { administrationError } from './administration-error.ts'
import { createTopics, findBareTopics, findTopics, setSettings } from './cluster-topics.ts'
import type { FoundTopic, TopicStep } from './plan-topics.ts'

const visibleWithinMs = 10_000

/** What an administrator does with a cluster. Everything rejects with a LogError: `log-unavailable` or `log-access-refused`. */
export interface KafkaAdmin {
  /** Those of the named topics that the cluster has, as far as this client may see them. */
  findTopics(names: readonly string[]): Promise<readonly FoundTopic[]>
  /** The same without their settings, which only an administrator may see. */
  findBareTopics(names: readonly string[]): Promise<readonly FoundTopic[]>
  /** How many brokers the cluster has now. */
  countBrokers(): Promise<number>
  /** Makes what is missing and raises what drifts; leaves refused topics as they are. Asking again does nothing more. */
  applyTopics(steps: readonly TopicStep[]): Promise<void>
  /**
   * Adds those rules that the cluster lacks and takes none away. Answers how many were added, and in words the rules that these
   * principals have beyond the declared ones.
   */
  applyAcls(acls: readonly KafkaAcl[]): Promise<Readonly<{ added: number; beyond: readonly string[] }>>
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
    findBareTopics: (names) => ask('the topics cannot be described', () => findBareTopics(admin, names)),
    countBrokers: () =>
      ask('the brokers cannot be counted', async () => (await admin.describeCluster()).brokers.length),
    async applyTopics(steps) {
      const missing = steps.filter((step) => step.status === 'missing')
      await ask('the topics cannot be made', () => createTopics(admin, missing))
      for (const step of steps)
        if (step.status === 'drift')
          await ask(`${step.topic} cannot be changed`, () => setSettings(admin, step.topic, step.drifts))
    },
    applyAcls: (acls) =>
      ask('the rights cannot be set', async () => {
        const principals = [...new Set(acls.map(({ principal }) => principal))]
        const present = new Set(await findAcls(admin, principals))
        const missing = acls.filter((acl) => !present.has(aclText(acl)))
        await addAcls(admin, missing)
        // The controller has them before the brokers go by them.
        if (missing.length > 0) await untilFound(admin, principals, missing)
        const declared = new Set(acls.map(aclText))
        return { added: missing.length, beyond: [...present].filter((text) => !declared.has(text)) }
      }),
    close: () => admin.disconnect(),
  }
}

async function untilFound(admin: Admin, principals: readonly string[], acls: readonly KafkaAcl[]): Promise<void> {
  const backoff = createBackoff()
  for (let waitedMs = 0; waitedMs < visibleWithinMs; ) {
    const present = new Set(await findAcls(admin, principals))
    if (acls.every((acl) => present.has(aclText(acl)))) return
    const waitMs = backoff.next()
    waitedMs += waitMs
    await pause(waitMs, new AbortController().signal)
  }
  throw new LogError('log-unavailable', 'the brokers do not show the new rights yet')
}
