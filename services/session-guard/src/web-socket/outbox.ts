import type { WebSocket } from 'ws'

/** Something to be sent; what it says is decided when its turn comes. */
export type Job =
  /** How the user stands by then; `after` is the version of the event that it stands for. */
  | Readonly<{ kind: 'state'; user: string; after?: number }>
  /** Left out when a newer state was sent before. */
  | Readonly<{ kind: 'event'; user: string; seq: number; text: string; sent: () => void }>
  /** A state for each of many users, in slices; a step that finds nobody worth telling yields null. */
  | Readonly<{ kind: 'states'; users: Iterator<string | null> }>
  /** After everything older; left out for a client that asks faster than it reads. */
  | Readonly<{ kind: 'pong'; text: () => string }>
  | Readonly<{ kind: 'text'; text: string }>
  /** After everything older; nothing follows it. */
  | Readonly<{ kind: 'close'; code: number; reason: string }>

export type OutboxConfig = Readonly<{ coalesceAboveBytes: number }>

export type OutboxDeps = Readonly<{
  socket: WebSocket
  stateOf: (user: string) => Readonly<{ seq: number; text: string }>
  /** Whether the client wants to hear of the user now. */
  follows: (user: string) => boolean
  /** The outbox has something to do. */
  wake: () => void
}>

const pongsMax = 16

/** What one connection is to be told, in order; a client that does not keep up gets the newest state of each user instead of every event. */
export interface Outbox {
  push(job: Job): void
  /** Does one step; false when there is nothing that can be sent now. */
  step(): boolean
  /** Since when the socket takes no more, by count of `tick`s; 0 when it does. */
  tick(): number
  /** Forgets what was told of a user, or of everybody, unless they are still followed: a subscription that comes again begins with the state. */
  forget(user?: string): void
  /** Of how many users something is remembered. */
  readonly remembered: number
}

export function createOutbox(config: OutboxConfig, { socket, stateOf, follows, wake }: OutboxDeps): Outbox {
  let queue: Job[] = []
  let head = 0
  let ticksFull = 0
  let pongs = 0
  /** The version of a state that was told ahead of its events, by user: what comes of them says nothing new. */
  const aheadAt = new Map<string, number>()
  /** Of those, the users all of whose events have come; some may still be in the queue. */
  const settled = new Set<string>()
  /** Users whose state is in the queue, where it will be the newest one when its turn comes, with the last event that it stands for. */
  const awaitingState = new Map<string, number>()

  const isFull = (): boolean => socket.bufferedAmount > config.coalesceAboveBytes

  function send(text: string): void {
    socket.send(text, () => {
      if (head < queue.length && !isFull()) wake()
    })
  }

  function sendState(user: string, after: number): void {
    const { seq, text } = stateOf(user)
    if (follows(user)) aheadAt.set(user, seq)
    if (after >= seq) settled.add(user)
    else settled.delete(user)
    send(text)
  }

  /** False for an event that a state said before. */
  function isNews(user: string, seq: number): boolean {
    const told = aheadAt.get(user) ?? -1
    // Events of a user come in their order.
    if (seq >= told) aheadAt.delete(user)
    return seq > told
  }

  function queueState(user: string, after: number): void {
    const before = awaitingState.get(user)
    if (before === undefined) queue.push({ kind: 'state', user })
    awaitingState.set(user, Math.max(after, before ?? -1))
  }

  function empty(): void {
    queue = []
    head = 0
    for (const user of settled) aheadAt.delete(user)
    settled.clear()
  }

  // oxlint-disable-next-line typescript/consistent-return -- the switch is exhaustive
  function perform(job: Job): boolean {
    switch (job.kind) {
      case 'state':
        sendState(job.user, awaitingState.get(job.user) ?? -1)
        awaitingState.delete(job.user)
        return true
      case 'event':
        if (!isNews(job.user, job.seq)) return true
        send(job.text)
        job.sent()
        return true
      case 'pong':
        pongs -= 1
        send(job.text())
        return true
      case 'text':
        send(job.text)
        return true
      case 'close':
        socket.close(job.code, job.reason)
        return true
      case 'states': {
        const next = job.users.next()
        if (next.done !== true && next.value !== null) sendState(next.value, -1)
        return next.done === true
      }
    }
  }

  return {
    push(job) {
      if (job.kind === 'pong') {
        if (pongs >= pongsMax) return
        pongs += 1
      }
      if (job.kind === 'state') queueState(job.user, job.after ?? -1)
      else if (job.kind === 'event' && isFull()) queueState(job.user, job.seq)
      else queue.push(job)
      wake()
    },
    step() {
      const job = queue[head]
      if (job === undefined || isFull() || socket.readyState !== socket.OPEN) return false
      if (perform(job)) head += 1
      if (head === queue.length) empty()
      return true
    },
    tick() {
      ticksFull = isFull() ? ticksFull + 1 : 0
      return ticksFull
    },
    forget(user) {
      for (const one of user === undefined ? aheadAt.keys() : [user]) if (!follows(one)) aheadAt.delete(one)
    },
    get remembered() {
      return aheadAt.size
    },
  }
}
