import { join } from 'node:path'
import type { Activity, ActivityResult, Assessment } from './activity.ts'
import { type ActivityStore, openActivityStore } from './activity-store.ts'
import { createJudgeAttempt } from './attempt.ts'
import { authorizeAction, type AuthorizationRequest, type Authorized, type AuthorizeOptions } from './authorizations.ts'
import { type BackendCalls, createBackendCalls } from './backend-calls.ts'
import { type CaptureTarget, createCaptureQueue } from './capture-queue.ts'
import { contextOf } from './context-memory.ts'
import { createGuard, type Guard } from './guard.ts'
import { createHttpTransport } from './http-transport.ts'
import { judgeActivity } from './judgement.ts'
import type { Subject } from './status.ts'
import { createReleaseJournal } from './release-journal.ts'
import { type Replica, type ReplicaOptions, startReplica } from './replica.ts'
import { type GuardOptions, parseGuardOptions } from './guard-options.ts'
import { nodeRuntime, type Runtime } from './runtime.ts'
import { parseSettings, type WatchwordConfig } from './settings.ts'
import { stampActivity } from './stamped-activity.ts'
import { createKnownNames } from './known-names.ts'
import { createAsk, createHttpSource, replicaSource } from './status-source.ts'
import { subscribeToUser, type Subscription, type SubscriptionHandlers } from './subscription.ts'
import { fetchUserStatus, type UserStatus } from './user-status.ts'
import { createVerifiedMemory } from './verified-memory.ts'
import { WatchwordError } from './watchword-error.ts'

/** A backend's connection to Watchword. */
export type Watchword = BackendCalls & {
  /** Queues an activity; resolves with its result, rejects with `queue-full`, `activity-too-large`, `closed` or why it could not be delivered. */
  readonly capture: (activity: Activity) => Promise<ActivityResult>
  /** Sends one activity past the queue and waits up to `waitMs` (default 2 s) for its judgement; null if it was not ready. */
  readonly judge: (activity: Activity, options?: { readonly waitMs?: number }) => Promise<Assessment | null>
  /** Asks the guard about a user, session and device; rejects when the answer is unknown. */
  readonly check: (subject: Subject) => Promise<UserStatus>
  /**
   * Asks for the approval of an action, waits for it and uses it up; the action is to be done when this resolves, once. Rejects with
   * `approval-denied`, `expired`, `locked` and so on.
   */
  readonly authorize: (request: AuthorizationRequest, options?: AuthorizeOptions) => Promise<Authorized>
  readonly subscribe: (subject: { readonly user: string }, handlers: SubscriptionHandlers) => Subscription
  /** Holds the locks of the whole app in this process; close it, or the client. */
  readonly createReplica: (options?: ReplicaOptions) => Replica
  /** What the middlewares are made of, for any other framework; throws `invalid-config` for a faulty path. */
  readonly createGuard: (options?: GuardOptions) => Guard
  /** Sends what is queued at once and resolves when all of it is settled. */
  readonly flush: () => Promise<void>
  /** Delivers what is queued within `deadlineMs` (default 5 s) and ends every subscription. */
  readonly close: (options?: { readonly deadlineMs?: number }) => Promise<void>
}

/** Connects a backend to a platform; throws `invalid-config` naming every fault, `queue-in-use` or `queue-unwritable`. */
export const createWatchword = (config: WatchwordConfig, deps: Partial<Runtime> = {}): Watchword => {
  const settings = parseSettings(config)
  const { tunings, onError } = settings
  const runtime = nodeRuntime(deps)
  const transport = createHttpTransport(settings, runtime)
  const { queueFolder } = settings
  const storeOf = (name: string): ActivityStore | undefined =>
    queueFolder === undefined ? undefined : openActivityStore(join(queueFolder, name), onError)
  const activityStore = storeOf('activities')
  const kept = activityStore === undefined ? undefined : { store: activityStore, onError }
  const activities: CaptureTarget<Activity> = {
    path: '/v1/activities',
    stamp: (activity) => ({ ...stampActivity(activity, tunings, runtime), context: contextOf({ ...activity }) }),
  }
  const queue = createCaptureQueue(activities, tunings, transport, runtime, kept)
  const open = new Set<{ readonly close: () => void }>()
  let closed = false

  const capture = (activity: Activity): Promise<ActivityResult> => {
    const result = queue.capture(activity)
    if (onError !== undefined) result.catch(onError)
    return result
  }

  const judge: Watchword['judge'] = async (activity, options) =>
    judgeActivity({ tunings, transport, runtime }, activity, options?.waitMs ?? 2_000)

  const tracked = <Closable extends { readonly close: () => void }>(target: Closable): Closable => {
    const wrapped = {
      ...target,
      close: () => {
        open.delete(wrapped)
        target.close()
      },
    }
    open.add(wrapped)
    return wrapped
  }

  const whileOpen = (): void => {
    if (closed) throw new WatchwordError('closed', 'the client is closed')
  }

  const names = createKnownNames()
  const check = async (subject: Subject): Promise<UserStatus> =>
    fetchUserStatus(transport, subject, tunings.checkTimeoutMs, names)

  const createReplica = (options?: ReplicaOptions): Replica => {
    whileOpen()
    const replica = startReplica(settings, runtime, names, options)
    return tracked(replica)
  }

  const verified = createVerifiedMemory(tunings.verifiedMemoryMax, runtime)
  const journal = createReleaseJournal(tunings.releaseReportsMax, {
    capture: queue.capture,
    onRelease: settings.onRelease,
    onReview: settings.onReleaseReviewed,
    onError,
    store: storeOf('releases'),
  })
  const ask = createAsk(check, onError)
  const httpSource = createHttpSource(ask, names, runtime, {
    minMs: tunings.reconnectMinMs,
    maxMs: tunings.reconnectMaxMs,
  })
  let sharedReplica: Replica | undefined

  const makeGuard = (options: GuardOptions = {}): Guard => {
    const parsed = parseGuardOptions(options, settings.failureRules)
    const via = options.via ?? 'replica'
    const source =
      via === 'http' ? httpSource : replicaSource(options.replica ?? (sharedReplica ??= createReplica()), ask)
    const judgeAttempt = createJudgeAttempt({ source, judge, runtime, onError })
    return createGuard(parsed, { source, verified, journal, judgeAttempt, now: runtime.now })
  }

  const calls = createBackendCalls(transport, tunings.requestTimeoutMs, runtime)

  return {
    ...calls,
    authorize: async (request, options) => {
      const { authorizations } = calls
      return authorizeAction({ authorizations, tunings, runtime }, request, options)
    },
    capture,
    judge,
    check,
    subscribe: ({ user }, handlers) => {
      whileOpen()
      const subscription = subscribeToUser(user, handlers, settings, runtime)
      return tracked(subscription)
    },
    createReplica,
    createGuard: makeGuard,
    flush: () => queue.flush(),
    close: async (options) => {
      closed = true
      for (const target of open) target.close()
      httpSource.close()
      const journalClosed = journal.close()
      await queue.close(options?.deadlineMs ?? tunings.closeDeadlineMs)
      await journalClosed
    },
  }
}
