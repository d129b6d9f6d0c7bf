import {
  type Authorization,
  type Codecs,
  type FactorState,
  type Lock,
  type LockState,
  type SessionRecord,
  splitUserKey,
  topicOf,
  userKey,
} from '@watchword/contracts'
import type { EventLog, Headers, LogRecord } from '@watchword/event-log'
import {
  type Clock,
  createCompactedView,
  createView,
  createWatermarks,
  sourceOf,
  type StreamError,
  type View,
} from '@watchword/stream'
import { noFactors, unreadableLockState } from './unreadable-states.ts'

/** What happened, and the offset of the input that made it: the version of the lock state that shows it. */
export type SessionEvent = Readonly<{
  record: SessionRecord
  partition: number
  version: number
  timestamp: number
  headers: Headers
}>

export type GuardViewDeps = Readonly<{
  log: EventLog
  codecs: Pick<Codecs, 'lock' | 'factor' | 'session'>
  clock: Clock
  onFatal: (error: StreamError) => void
  /** A record of what happened that nobody can read was skipped; the locks themselves are in another topic. */
  onUnreadable: (record: LogRecord, error: unknown) => void
}>

/** Locks and factors of every user in memory, and what happens as it happens; one age for all of it. */
export interface GuardView {
  readonly ready: Promise<void>
  /** Milliseconds since everything here was last known to be complete. */
  ageMs(): number
  /** Asks the log now; resolves when the view has what the log had. */
  refresh(): Promise<void>
  lockState(tenant: string, user: string): LockState | undefined
  /** Offset of the input that the user's lock state, or its absence, comes from; -1 when there never was one. */
  versionOf(tenant: string, user: string): number
  factorState(tenant: string, user: string): FactorState | undefined
  lockById(tenant: string, lock: string): Readonly<{ state: LockState; lock: Lock }> | undefined
  authorizationById(
    tenant: string,
    id: string,
  ): Readonly<{ state: LockState; authorization: Authorization }> | undefined
  lockStates(): Iterable<LockState>
  readonly locks: number
  onLockState(listener: (tenant: string, user: string, state: LockState | undefined) => void): () => void
  onSessionEvent(listener: (event: SessionEvent) => void): () => void
  stop(): Promise<void>
}

export async function createGuardView(deps: GuardViewDeps): Promise<GuardView> {
  const { log, codecs, clock, onFatal, onUnreadable } = deps
  const topics = { lock: topicOf('lock'), factor: topicOf('factor'), session: topicOf('session') }
  const listeners = new Set<(event: SessionEvent) => void>()
  const keysByLock = new Map<string, string>()
  const keysByAuthorization = new Map<string, string>()
  const watermarks = createWatermarks()
  const lockView = createCompactedView<LockState>(
    {},
    { decode: (record) => codecs.lock.decode(valueOf(record)), onUndecodable: unreadableLockState },
  )
  const factorView = createCompactedView<FactorState>(
    {},
    { decode: (record) => codecs.factor.decode(valueOf(record)), onUndecodable: noFactors },
  )
  lockView.onChange((key, state, previous) => {
    const { tenant } = splitUserKey(key)
    for (const lock of previous?.locks ?? []) keysByLock.delete(`${tenant}:${lock.id}`)
    for (const lock of state?.locks ?? []) keysByLock.set(`${tenant}:${lock.id}`, key)
    for (const { id } of previous?.authorizations ?? []) keysByAuthorization.delete(`${tenant}:${id}`)
    for (const { id } of state?.authorizations ?? []) keysByAuthorization.set(`${tenant}:${id}`, key)
  })

  function onSessionRecord(record: LogRecord): void {
    if (watermarks.isRepeat(record)) return
    watermarks.advance(record)
    const decoded = record.value === null ? undefined : decodeSession(record, record.value)
    if (decoded === undefined) return
    const version = sourceOf(record.headers)?.offset ?? -1
    const event = {
      record: decoded,
      partition: record.partition,
      version,
      timestamp: record.timestamp,
      headers: record.headers,
    }
    for (const listener of listeners) listener(event)
  }

  function decodeSession(record: LogRecord, value: Uint8Array): SessionRecord | undefined {
    try {
      return codecs.session.decode(value)
    } catch (error) {
      onUnreadable(record, error)
      return undefined
    }
  }

  const [sessionEnds, lockBegins, factorBegins] = await Promise.all([
    log.ends(topics.session),
    log.begins(topics.lock),
    log.begins(topics.factor),
  ])
  const starts: Readonly<Record<string, readonly number[]>> = {
    [topics.session]: sessionEnds,
    [topics.lock]: lockBegins,
    [topics.factor]: factorBegins,
  }
  const view: View = await createView(
    // Sessions first: whoever has the events up to their end also has the locks that they speak of.
    {
      topics: [topics.session, topics.lock, topics.factor],
      from: (topic, partition) => starts[topic]?.[partition] ?? 0,
    },
    {
      log,
      clock,
      onFatal,
      onRecord(record) {
        if (record.topic === topics.lock) lockView.apply(record)
        else if (record.topic === topics.factor) factorView.apply(record)
        else onSessionRecord(record)
      },
    },
  )

  return {
    ready: view.ready,
    ageMs: () => view.ageMs(),
    refresh: () => view.refresh(),
    lockState: (tenant, user) => lockView.get(userKey(tenant, user)),
    versionOf: (tenant, user) => lockView.versionOf(userKey(tenant, user)) ?? -1,
    factorState: (tenant, user) => factorView.get(userKey(tenant, user)),
    lockById(tenant, id) {
      const state = lockView.get(keysByLock.get(`${tenant}:${id}`) ?? '')
      const lock = state?.locks.find((candidate) => candidate.id === id)
      return state && lock && { state, lock }
    },
    authorizationById(tenant, id) {
      const state = lockView.get(keysByAuthorization.get(`${tenant}:${id}`) ?? '')
      const authorization = state?.authorizations.find((candidate) => candidate.id === id)
      return state && authorization && { state, authorization }
    },
    *lockStates() {
      for (const [, state] of lockView.entries()) yield state
    },
    get locks() {
      return keysByLock.size
    },
    onLockState: (listener) =>
      lockView.onChange((key, state) => {
        const { tenant, user } = splitUserKey(key)
        listener(tenant, user, state)
      }),
    onSessionEvent(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    stop: () => view.stop(),
  }
}

function valueOf(record: LogRecord): Uint8Array {
  if (record.value === null) throw new TypeError('a tombstone has no value')
  return record.value
}
