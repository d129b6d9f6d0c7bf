import { applyUserFrame, isUserFrame, type Lock, type LockChange, noUserLocks } from '@watchword/frames'
import { mayBeCanonicalOf } from '@watchword/user-names'
import { createReconnectingSocket, securityTopic } from './reconnecting-socket.ts'
import type { Runtime } from './runtime.ts'
import type { Settings } from './settings.ts'
import { WatchwordError } from './watchword-error.ts'

/** Callbacks of a subscription; each lock (id and version), each unlock and each ended session is told once. */
export type SubscriptionHandlers = {
  readonly onMfaRequired?: (lock: Lock) => void
  /** `by` is undefined when it happened while the connection was lost. */
  readonly onUnlocked?: (unlock: { readonly lock: Lock; readonly by: string | undefined }) => void
  readonly onSessionEnded?: (session: string) => void
  /** Somebody wants to do what this user is to approve. */
  readonly onApprovalRequested?: (request: ApprovalRequest) => void
  /** Every other frame the guard sends, such as `lock-acknowledged`. */
  readonly onOther?: (frame: Readonly<Record<string, unknown>>) => void
  readonly onConnection?: (state: 'connected' | 'lost') => void
  /** Faults; after `subscription-refused` nothing further comes. */
  readonly onError?: (error: WatchwordError) => void
}

/** A question to an approver: who (`owner`) wants to do what; times RFC 3339. */
export type ApprovalRequest = {
  readonly id: string
  readonly user: string
  readonly [member: string]: unknown
}

/** A live subscription to one user. */
export type Subscription = {
  /** Resolves with the first state; rejects when the guard refuses or the subscription is closed before. */
  readonly ready: Promise<void>
  readonly locks: () => readonly Lock[]
  readonly close: () => void
}

/** Subscribes to one user's locks, for ever, with each state turned into the events missed. */
export const subscribeToUser = (
  user: string,
  handlers: SubscriptionHandlers,
  settings: Settings,
  runtime: Runtime,
): Subscription => {
  if (user === '' || user === '*') throw new WatchwordError('invalid-argument', 'a subscription is for one user')
  let known = noUserLocks
  let settle: { readonly resolve: () => void; readonly reject: (error: WatchwordError) => void } | undefined
  const ready = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject }
  })
  // Whoever does not ask for `ready` hears of a refusal through onError.
  ready.catch(() => undefined)
  const name = user.normalize('NFC')

  const tell = (change: LockChange): void => {
    switch (change.type) {
      case 'locked':
        return handlers.onMfaRequired?.(change.lock)
      case 'unlocked':
        return handlers.onUnlocked?.({ lock: change.lock, by: change.by })
      case 'session-ended':
        return handlers.onSessionEnded?.(change.session)
    }
  }

  // Each change is told once, so a callback that throws must not cost the others theirs.
  const tellAll = (changes: readonly LockChange[]): void => {
    const failures: unknown[] = []
    for (const change of changes) {
      try {
        tell(change)
      } catch (cause) {
        failures.push(cause)
      }
    }
    if (failures.length === 0) return
    const error = new WatchwordError('handler-failed', 'a callback of the subscription threw', { cause: failures[0] })
    if (handlers.onError === undefined) throw error
    handlers.onError(error)
  }

  const tellOther = (type: string, content: Readonly<Record<string, unknown>>): void => {
    const { id, user: asked } = content
    if (type !== 'approval-requested' || handlers.onApprovalRequested === undefined) return handlers.onOther?.(content)
    if (typeof id === 'string' && typeof asked === 'string' && mayBeCanonicalOf(asked, name)) {
      handlers.onApprovalRequested({ ...content, id, user: asked })
    }
  }

  const socket = createReconnectingSocket(
    {
      url: settings.url,
      key: settings.key,
      topic: securityTopic(name),
      silenceMaxMs: settings.tunings.silenceMaxMs,
      tunings: settings.tunings,
    },
    runtime,
    {
      onOpen: () => handlers.onConnection?.('connected'),
      onFrame: (frame) => {
        if (frame.type === 'other') return tellOther(frame.name, frame.content)
        if (frame.type === 'error') {
          return handlers.onError?.(new WatchwordError(frame.code, `the guard reported ${frame.code}`))
        }
        if (!isUserFrame(frame) || !mayBeCanonicalOf(frame.user, name)) return
        const { next, changes } = applyUserFrame(known, frame)
        known = next
        if (frame.type === 'state') socket.settled()
        if (frame.type === 'state') settle?.resolve()
        tellAll(changes)
      },
      onLost: () => handlers.onConnection?.('lost'),
      onRefused: (error) => {
        settle?.reject(error)
        handlers.onError?.(error)
      },
      onError: (error) => handlers.onError?.(error),
    },
  )

  return {
    ready,
    locks: () => [...known.locks.values()],
    close: () => {
      socket.close()
      settle?.reject(new WatchwordError('closed', 'the subscription was closed'))
    },
  }
}
