import type { EventLog } from '@watchword/event-log'
import { topicOf, userKey } from '@watchword/contracts'
import type { Clock, PartitionProgress } from '@watchword/stream'
import type { GuardView } from './guard-view.ts'

export type FreshnessConfig = Readonly<{ viewAgeMaxMs: number; stageSilenceMaxMs: number }>

export type FreshnessDeps = Readonly<{
  log: Pick<EventLog, 'partitionFor'>
  view: Pick<GuardView, 'ageMs' | 'refresh'>
  clock: Clock
  /** How far the lock stage is in a partition of its inbox; undefined when another replica folds it. */
  stageProgress: (partition: number) => PartitionProgress | undefined
  /** Milliseconds since the lock stage was last known, by what is committed, to have answered everything in a partition of its inbox. */
  stageSettledMs: (partition: number) => number
}>

/** Whether this replica may say how a user stands, or has to say "unknown". */
export interface Freshness {
  /** True when the view is young enough and the lock stage alive; only when the view looks too old it asks the log once, which takes a promise. */
  isKnown(tenant: string, user: string): boolean | Promise<boolean>
  /** The same for every user of the deployment, without asking. */
  isKnownForAll(partitions: number): boolean
}

export function createFreshness(config: FreshnessConfig, deps: FreshnessDeps): Freshness {
  const { log, view, clock, stageProgress, stageSettledMs } = deps
  const inbox = topicOf('mfa')

  function stageAlive(partition: number): boolean {
    const { stageSilenceMaxMs } = config
    const progress = stageProgress(partition)
    if (progress?.fault !== undefined) return false
    if (progress !== undefined && progress.silentMs <= stageSilenceMaxMs && progress.behindMs <= stageSilenceMaxMs)
      return true
    // Held by another replica, or taken over from one a moment ago.
    return stageSettledMs(partition) <= stageSilenceMaxMs
  }

  async function refreshed(): Promise<boolean> {
    const { promise: late, resolve } = Promise.withResolvers<void>()
    const cancel = clock.after(config.viewAgeMaxMs, resolve)
    // A log that does not answer leaves the age as it is, which is the answer.
    await Promise.race([view.refresh().catch(() => undefined), late])
    cancel()
    return view.ageMs() <= config.viewAgeMaxMs
  }

  return {
    isKnown(tenant, user) {
      const partition = log.partitionFor(inbox, userKey(tenant, user))
      if (view.ageMs() <= config.viewAgeMaxMs) return stageAlive(partition)
      return refreshed().then((fresh) => fresh && stageAlive(partition))
    },
    isKnownForAll(partitions) {
      if (view.ageMs() > config.viewAgeMaxMs) return false
      for (let partition = 0; partition < partitions; partition += 1) if (!stageAlive(partition)) return false
      return true
    },
  }
}
