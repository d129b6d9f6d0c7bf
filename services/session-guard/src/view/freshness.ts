import type { EventLog } from '@watchword/event-log'
import { topicOf, userKey } from '@watchword/contracts'
import type { Clock } from '@watchword/stream'
import type { RunningLockStage } from '../lock-stage/run-lock-stage.ts'
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
  /** Whether the lock stage is alive for every user, whatever the age of the view. */
  isStageAlive(): boolean
  /** Milliseconds since it was last known here how a user stands: the age of the view or of what the lock stage has said, whichever is older. */
  ageMs(tenant: string, user: string): number
}

export function createFreshness(config: FreshnessConfig, deps: FreshnessDeps): Freshness {
  const { log, view, clock, lockStage } = deps
  const inbox = topicOf('mfa')

  let asked: Promise<void> | undefined
  /** By partition until when it need not be looked at again, by `Clock.elapsed`. */
  const aliveUntil: number[] = []

  function partitionOf(tenant: string, user: string): number {
    return log.partitionFor(inbox, userKey(tenant, user))
  }

  function stageAgeMs(partition: number, progress = lockStage.progressOf(partition)): number {
    const { silentMs, behindMs } = progress ?? elsewhere
    const own = Math.max(silentMs, behindMs)
    // Held by another replica, or taken over from one a moment ago.
    return own <= config.stageSilenceMaxMs ? own : Math.min(own, lockStage.settledMs(partition))
  }

  function stageAlive(partition: number): boolean {
    const now = clock.elapsed()
    if (now < (aliveUntil[partition] ?? 0)) return true
    const progress = lockStage.progressOf(partition)
    const ageMs = stageAgeMs(partition, progress)
    const isAlive = progress?.fault === undefined && ageMs <= config.stageSilenceMaxMs
    if (isAlive) aliveUntil[partition] = now + Math.min(lookAgainMs, config.stageSilenceMaxMs - ageMs)
    return isAlive
  }

  /** One question at a time, for all who wait: a log that is slow must not be asked once for each request. */
  function ask(): Promise<void> {
    // A log that does not answer leaves the age as it is, which is the answer.
    asked ??= view
      .refresh()
      .catch(() => undefined)
      .finally(() => (asked = undefined))
    return asked
  }

  async function refreshed(): Promise<boolean> {
    const { promise: late, resolve } = Promise.withResolvers<void>()
    const cancel = clock.after(config.viewAgeMaxMs, resolve)
    await Promise.race([ask(), late])
    cancel()
    return view.ageMs() <= config.viewAgeMaxMs
  }

  function isStageAlive(): boolean {
    for (let partition = 0; partition < lockStage.partitions; partition += 1) if (!stageAlive(partition)) return false
    return true
  }

  return {
    isKnown(tenant, user) {
      const partition = partitionOf(tenant, user)
      if (view.ageMs() <= config.viewAgeMaxMs) return stageAlive(partition)
      return refreshed().then((fresh) => fresh && stageAlive(partition))
    },
    isKnownForAll: () => view.ageMs() <= config.viewAgeMaxMs && isStageAlive(),
    isStageAlive,
    ageMs: (tenant, user) => Math.max(view.ageMs(), stageAgeMs(partitionOf(tenant, user))),
  }
}

/** Tens of requests come in a millisecond, and to look is a third of what is done for one. */
const lookAgainMs = 1

const elsewhere = { silentMs: Number.POSITIVE_INFINITY, behindMs: Number.POSITIVE_INFINITY } as const
