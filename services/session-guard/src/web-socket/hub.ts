import { userKey } from '@watchword/contracts'
import type { ServiceSpans } from '@watchword/service-host'
import type { Clock } from '@watchword/stream'
import type { GuardView, SessionEvent } from '../view/guard-view.ts'
import { showsInLockState } from '../lock-stage/session-body.ts'
import { concernsApp } from '../view/user-standing.ts'
import { acknowledgedFrame, approvalFrame, eventFrame, newState } from './frames.ts'
import type { Outbox } from './outbox.ts'

/** Who wants to hear of users of a tenant, at which app. */
export type Subscriber = Readonly<{
  tenant: string
  app: string
  outbox: Pick<Outbox, 'push'>
  /** Called after the outbox has been given the frame that says that a session has ended. */
  closeIfEnded(): void
}>

export type HubDeps = Readonly<{
  view: Pick<GuardView, 'onSessionEvent' | 'onLockState' | 'versionOf'>
  clock: Clock
  acknowledgeAfterMs: number
  /** From the log's time of an event to its push. */
  onPushed: (seconds: number) => void
  /** Records a span from the event to its first frame; undefined where nothing is traced. */
  spans?: Pick<ServiceSpans, 'follow'> | undefined
}>

/** In the place of a user: every user of the tenant, as the app may see them. */
export const wholeApp = '*'

/** Brings what happens to whoever subscribed, never ahead of the lock view. */
export interface Hub {
  /** `user` may be `wholeApp`. */
  subscribe(user: string, subscriber: Subscriber): void
  unsubscribe(user: string, subscriber: Subscriber): void
  stop(): void
}

export function createHub({ view, clock, acknowledgeAfterMs, onPushed, spans }: HubDeps): Hub {
  const byUser = new Map<string, Set<Subscriber>>()
  const byTenant = new Map<string, Set<Subscriber>>()
  const held = new Map<string, SessionEvent[]>()
  const known = new Map<string, ReadonlySet<string>>()

  /** Whoever follows the user and everybody as well hears of it once. */
  function of(tenant: string, user: string): ReadonlySet<Subscriber> {
    return new Set([...(byUser.get(userKey(tenant, user)) ?? []), ...(byTenant.get(tenant) ?? [])])
  }

  function dispatch(event: SessionEvent): void {
    const { tenant, user, seq, body } = event.record
    const texts = new Map<string, string | null>()
    const subscribers = of(tenant, user)
    const span = subscribers.size === 0 ? undefined : spans?.follow(event.headers, pushOf(event, subscribers.size))
    const sent = (): void => {
      onPushed(Math.max(0, clock.now() - event.timestamp) / 1000)
      span?.end()
    }
    for (const subscriber of subscribers) {
      const { app, outbox } = subscriber
      let text = texts.get(app)
      if (text === undefined) texts.set(app, (text = eventFrame(event, app)))
      if (text === newState) outbox.push({ kind: 'state', user, after: seq })
      else if (text !== null) outbox.push({ kind: 'event', user, seq, text, sent })
      const approval = approvalFrame(event, app)
      if (approval !== null) outbox.push({ kind: 'text', text: approval })
      if (body.type === 'session-ended') subscriber.closeIfEnded()
    }
  }

  const isVisible = ({ record, version }: SessionEvent): boolean =>
    !showsInLockState(record.body) || view.versionOf(record.tenant, record.user) >= version

  const unlistenEvents = view.onSessionEvent((event) => {
    const key = userKey(event.record.tenant, event.record.user)
    const waiting = held.get(key)
    if (waiting !== undefined) waiting.push(event)
    else if (isVisible(event)) dispatch(event)
    else held.set(key, [event])
  })

  const unlistenLocks = view.onLockState((tenant, user, state) => {
    const key = userKey(tenant, user)
    const waiting = held.get(key) ?? []
    const visible = waiting.findIndex((event) => !isVisible(event))
    const ready = visible === -1 ? waiting : waiting.slice(0, visible)
    if (visible === -1) held.delete(key)
    else held.set(key, waiting.slice(visible))
    for (const event of ready) dispatch(event)

    const before = known.get(key)
    const locks = state?.locks ?? []
    if (locks.length === 0) known.delete(key)
    else known.set(key, new Set(locks.map((lock) => lock.id)))
    for (const lock of locks) {
      if (before?.has(lock.id) === true) continue
      clock.after(acknowledgeAfterMs, () => {
        for (const { app, outbox } of of(tenant, user))
          if (concernsApp(lock, app))
            outbox.push({ kind: 'text', text: acknowledgedFrame(user, state?.seq ?? 0, lock) })
      })
    }
  })

  return {
    subscribe(user, subscriber) {
      const [index, key] =
        user === wholeApp ? [byTenant, subscriber.tenant] : [byUser, userKey(subscriber.tenant, user)]
      const all = index.get(key) ?? new Set()
      index.set(key, all.add(subscriber))
    },
    unsubscribe(user, subscriber) {
      const [index, key] =
        user === wholeApp ? [byTenant, subscriber.tenant] : [byUser, userKey(subscriber.tenant, user)]
      const all = index.get(key)
      all?.delete(subscriber)
      if (all?.size === 0) index.delete(key)
    },
    stop() {
      unlistenEvents()
      unlistenLocks()
    },
  }
}

/** Of many subscribers there is one span: it ends with the first frame, and says how many there are. */
function pushOf({ record }: SessionEvent, subscribers: number) {
  return {
    name: 'push',
    kind: 'producer',
    attributes: {
      'network.protocol.name': 'websocket',
      'watchword.event': record.body.type,
      'watchword.subscribers': subscribers,
    },
  } as const
}
