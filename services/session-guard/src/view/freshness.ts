import type { EventLog } from '@watchword/event-log'
import { topicOf, userKey } from '@watchword/contracts'
import type { Clock } from '@watchword/stream'
import type { RunningLockStage } from '../lock-stage/running-lock-stage.ts'
import type { GuardView } from './guard-view.ts'

export type FreshnessConfig = Readonly<{ viewAgeMaxMs: number; stageSilenceMaxMs: number }>

export type FreshnessDeps = Readonly<{
  log: Pick<EventLog, 'partitionFor'>
  view: Pick<GuardView, 'ageMs' | 'refresh'>
  clock: Clock
  lockStage: Pick<RunningLockStage, 'partitions' | 'progressOf' | 'settledMs'>
}>

/** Whether this replica may say how a user stands, or has to say "unknown". */
export interface Freshness {
  /** True when the view is young enough and the lock stage alive; only when the view looks too old it asks the log once, which takes a promise. */
  isKnown(tenant: string, user: string): boolean | Promise<boolean>
  /** The same for every user of the deployment, without asking. */
  isKnownForAll(): boolean
}

export function createFreshness(config: FreshnessConfig, deps: FreshnessDeps): Freshness {
  const { log, view, clock, lockStage } = deps
  const inbox = topicOf('mfa')

  function stageAlive(partition: number): boolean {
    const { stageSilenceMaxMs } = config
    const progress = lockStage.progressOf(partition)
    if (progress?.fault !== undefined) return false
    if (progress !== undefined && progress.silentMs <= stageSilenceMaxMs && progress.behindMs <= stageSilenceMaxMs)
      return true
    // Held by another replica, or taken over from one a moment ago.
    return lockStage.settledMs(partition) <= stageSilenceMaxMs
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
    isKnownForAll() {
      if (view.ageMs() > config.viewAgeMaxMs) return false
      for (let partition = 0; partition < lockStage.partitions; partition += 1) if (!stageAlive(partition)) return false
      return true
    },
  }
}
