import type { WebSocket } from 'ws'

/** A guard as a replica sees it: the states of the app's users, pushed to whoever subscribed to all of them. */
export type ReplicaGuard = {
  readonly onSocket: (socket: WebSocket) => void
  /** Sets what holds for a user and pushes it. */
  readonly put: (user: string, locks: readonly object[], endedSessions?: readonly string[]) => void
  /** Sets what holds for a user without a word. */
  readonly putSilently: (user: string, locks: readonly object[], endedSessions?: readonly string[]) => void
  /** What its pongs say; undefined keeps it from answering. */
  ageMs: number | undefined
  /** Whether it knows how everybody stands; true at first. */
  complete: boolean
  /** How it reads the names of users, where it does not take them as they are. */
  userNames: string | undefined
}

/** A guard without locks. */
export const createReplicaGuard = (): ReplicaGuard => {
  const users = new Map<
    string,
    { readonly seq: number; readonly locks: readonly object[]; readonly ended: readonly string[] }
  >()
  const subscribed = new Set<WebSocket>()
  let seq = 0
  const stateOf = (user: string): string => {
    const state = users.get(user)
    const { locks, ended: endedSessions, seq } = state ?? { locks: [], ended: [], seq: 0 }
    return JSON.stringify({ type: 'state', seq, user, mfaVerified: locks.length === 0, locks, endedSessions })
  }
  const guard: ReplicaGuard = {
    ageMs: 0,
    complete: true,
    userNames: undefined,
    onSocket: (socket) => {
      socket.on('message', (data) => {
        const frame = JSON.parse((data as Buffer).toString()) as { type: string; id: number; topic: string }
        if (frame.type === 'ping' && guard.ageMs !== undefined) {
          socket.send(JSON.stringify({ type: 'pong', id: frame.id, ageMs: guard.ageMs, complete: guard.complete }))
        }
        if (frame.type !== 'subscribe' || frame.topic !== 'watchword.security.mfa?originalIdentity=*') return
        for (const [user, { locks, ended }] of users) if (locks.length + ended.length > 0) socket.send(stateOf(user))
        socket.send(JSON.stringify({ type: 'replica-ready', userNames: guard.userNames }))
        subscribed.add(socket)
      })
      socket.on('close', () => subscribed.delete(socket))
    },
    put: (user, locks, ended = []) => {
      guard.putSilently(user, locks, ended)
      for (const socket of subscribed) socket.send(stateOf(user))
    },
    putSilently: (user, locks, ended = []) => {
      seq++
      users.set(user, { seq, locks, ended })
    },
  }
  return guard
}

/** A clock that stands still until it is moved; timers stay real. */
export const createClock = () => {
  const clock = {
    wallMs: Date.parse('2026-11-22T10:00:00Z'),
    monotonicMs: 1_000,
    pass: (ms: number): void => {
      clock.wallMs += ms
      clock.monotonicMs += ms
    },
    deps: { now: () => clock.wallMs, monotonic: () => clock.monotonicMs },
  }
  return clock
}
