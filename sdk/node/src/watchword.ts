import type { Activity, ActivityResult, Assessment } from './activity.ts'
import { type BackendCalls, createBackendCalls } from './backend-calls.ts'
import { createCaptureQueue } from './capture-queue.ts'
import { createHttpTransport } from './http-transport.ts'
import { judgeActivity } from './judgement.ts'
import type { Subject } from './lock.ts'
import { nodeRuntime, type Runtime } from './runtime.ts'
import { parseSettings, type WatchwordConfig } from './settings.ts'
import { subscribeToUser, type Subscription, type SubscriptionHandlers } from './subscription.ts'
import { fetchUserStatus, type UserStatus } from './user-status.ts'
import { WatchwordError } from './watchword-error.ts'

/** A backend's connection to Watchword. */
export type Watchword = BackendCalls & {
  /** Queues an activity; resolves with its result, rejects with `queue-full`, `activity-too-large`, `closed` or why it could not be delivered. */
  readonly capture: (activity: Activity) => Promise<ActivityResult>
  /** Sends one activity past the queue and waits up to `waitMs` (default 2 s) for its judgement; null if it was not ready. */
  readonly judge: (activity: Activity, options?: { readonly waitMs?: number }) => Promise<Assessment | null>
  /** Asks the guard about a user, session and device; rejects when the answer is unknown. */
  readonly check: (subject: Subject) => Promise<UserStatus>
  readonly subscribe: (subject: { readonly user: string }, handlers: SubscriptionHandlers) => Subscription
  /** Sends what is queued at once and resolves when all of it is settled. */
  readonly flush: () => Promise<void>
  /** Delivers what is queued within `deadlineMs` (default 5 s) and ends every subscription. */
  readonly close: (options?: { readonly deadlineMs?: number }) => Promise<void>
}

/** Connects a backend to a platform; throws `invalid-config` naming every fault. */
export const createWatchword = (config: WatchwordConfig, deps: Partial<Runtime> = {}): Watchword => {
  const settings = parseSettings(config)
  const { tunings, onError } = settings
  const runtime = nodeRuntime(deps)
  const transport = createHttpTransport(settings, runtime)
  const queue = createCaptureQueue(tunings, transport, runtime)
  const open = new Set<{ readonly close: () => void }>()
  let closed = false

  const capture = (activity: Activity): Promise<ActivityResult> => {
    const result = queue.capture(activity)
    if (onError !== undefined) result.catch(onError)
    return result
  }

  const whileOpen = (): void => {
    if (closed) throw new WatchwordError('closed', 'the client is closed')
  }

  return {
    ...createBackendCalls(transport, tunings.requestTimeoutMs, runtime),
    capture,
    judge: async (activity, options) =>
      judgeActivity({ tunings, transport, runtime }, activity, options?.waitMs ?? 2_000),
    check: async (subject) => fetchUserStatus(transport, subject, tunings.checkTimeoutMs),
    subscribe: ({ user }, handlers) => {
      whileOpen()
      const subscription = subscribeToUser(user, handlers, settings, runtime)
      open.add(subscription)
      return subscription
    },
    flush: () => queue.flush(),
    close: async (options) => {
      closed = true
      for (const subscription of open) subscription.close()
      open.clear()
      await queue.close(options?.deadlineMs ?? tunings.closeDeadlineMs)
    },
  }
}
