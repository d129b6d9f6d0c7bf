import { isUserFrame } from '@watchword/frames'
import { known, type Status, type Subject } from './status.ts'
import { createLockMemory } from './lock-memory.ts'
import { type KnownNames, unsupportedUserNames } from './known-names.ts'
import { createReconnectingSocket, securityTopic } from './reconnecting-socket.ts'
import type { Runtime } from './runtime.ts'
import type { Settings } from './settings.ts'
import { WatchwordError } from './watchword-error.ts'

/** The locks of the whole app in this process. */
export type Replica = {
  /** A map look-up; `unknown` while nothing newer than the bound (1 s) is known and nothing is known against the subject. */
  readonly check: (subject: Subject) => Status | 'unknown'
  /** Resolves when the replica is fresh for the first time; rejects when the guard refuses or it is closed before. */
  readonly ready: Promise<void>
  /** How old its knowledge is in ms; infinite before the first contact. */
  readonly ageMs: () => number
  /** False while the guard that is in contact does not know itself how some users stand: then `check` knows of nobody that nothing speaks against. */
  readonly isComplete: () => boolean
  /** Calls back whenever the guard has confirmed that the replica is fresh; returns how to stop that. */
  readonly onContact: (listener: () => void) => () => void
  readonly close: () => void
}

/** What a replica tells besides its answers. */
export type ReplicaOptions = { readonly onError?: (error: WatchwordError) => void }

type Instant = { readonly monotonic: number; readonly wall: number }

// A replica knows what speaks against a session, not whether a verification vouches for it.
const calm: Status = Object.freeze({ mfaVerified: true, locked: false, sessionState: 'unknown' })
const pingsOpenMax = 64

/** Starts a replica: a subscription to the whole app, pinged to know how fresh it is. */
export const startReplica = (
  settings: Settings,
  runtime: Runtime,
  names: KnownNames,
  options: ReplicaOptions = {},
): Replica => {
  const { tunings } = settings
  const memory = createLockMemory()
  const listeners = new Set<() => void>()
  const pings = new Map<number, Instant>()
  let generation = 0
  let complete = false
  let mayForget = false
  let guardIsComplete = true
  let pingTimer: unknown
  let pingId = 0
  let lostAt = Number.NEGATIVE_INFINITY
  let fresh: Instant = { monotonic: Number.NEGATIVE_INFINITY, wall: Number.NEGATIVE_INFINITY }
  let settle: { readonly resolve: () => void; readonly reject: (error: WatchwordError) => void } | undefined
  const ready = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject }
  })
  // A refusal is told to onError too; nobody needs to wait for `ready`.
  ready.catch(() => undefined)

  const report = (error: WatchwordError): void => (options.onError ?? settings.onError)?.(error)

  // The monotonic clock of a suspended machine stands still and a wall clock can be set back: the older reading counts.
  const ageMs = (): number => Math.max(runtime.monotonic() - fresh.monotonic, runtime.now() - fresh.wall)

  const ping = (): void => {
    const id = ++pingId
    if (socket.send({ type: 'ping', id })) {
      pings.set(id, { monotonic: runtime.monotonic(), wall: runtime.now() })
      if (pings.size > pingsOpenMax) pings.delete(id - pingsOpenMax)
    }
    pingTimer = runtime.setTimeout(ping, tunings.replicaPingEveryMs)
  }

  const stopPinging = (): void => {
    if (pingTimer !== undefined) runtime.clearTimeout(pingTimer)
    pingTimer = undefined
    pings.clear()
  }

  const onPong = (id: number, guardAgeMs: number, isComplete: boolean): void => {
    const sent = pings.get(id)
    if (sent === undefined || !complete) return
    guardIsComplete = isComplete
    for (const open of pings.keys()) if (open <= id) pings.delete(open)
    fresh = {
      monotonic: Math.max(fresh.monotonic, sent.monotonic - guardAgeMs),
      wall: Math.max(fresh.wall, sent.wall - guardAgeMs),
    }
    // Only a guard that is ahead of all that earlier connections told may unlock by silence.
    if (mayForget && fresh.monotonic >= lostAt) {
      memory.forgetBefore(generation)
      mayForget = false
    }
    if (ageMs() > tunings.replicaStalenessMaxMs) return
    settle?.resolve()
    for (const listener of listeners) listener()
  }

  const socket = createReconnectingSocket(
    {
      url: settings.url,
      key: settings.key,
      topic: securityTopic('*'),
      silenceMaxMs: tunings.replicaSilenceMaxMs,
      tunings,
    },
    runtime,
    {
      onOpen: () => {
        generation++
        complete = false
      },
      onFrame: (frame) => {
        if (isUserFrame(frame)) return memory.apply(frame, generation)
        if (frame.type === 'pong') return onPong(frame.id, frame.ageMs, frame.complete)
        if (frame.type === 'error') {
          return report(new WatchwordError(frame.code, `the guard reported ${frame.code}`))
        }
        if (frame.type !== 'replica-ready' || complete) return
        if (!names.note(frame.userNames)) return report(unsupportedUserNames())
        complete = true
        mayForget = true
        socket.settled()
        ping()
      },
      onLost: () => {
        complete = false
        mayForget = false
        lostAt = runtime.monotonic()
        stopPinging()
      },
      onRefused: (error) => {
        settle?.reject(error)
        report(error)
      },
      onError: report,
    },
  )

  return {
    check: (subject) => {
      const readings = names.readings(subject.user)
      // Nobody has such a name, so nobody can be verified under it.
      if (readings.length === 0) return 'unknown'
      const against = readings.map((user) => memory.recall(user, subject)).find((found) => found !== undefined)
      const isFresh = guardIsComplete && ageMs() <= tunings.replicaStalenessMaxMs
      if (against !== undefined) return isFresh ? known(against) : against
      return isFresh ? calm : 'unknown'
    },
    ready,
    ageMs,
    // Without contact there is nobody to ask about each.
    isComplete: () => guardIsComplete || ageMs() > tunings.replicaStalenessMaxMs,
    onContact: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    close: () => {
      stopPinging()
      socket.close()
      settle?.reject(new WatchwordError('closed', 'the replica was closed'))
    },
  }
}
