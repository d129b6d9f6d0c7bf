import type { WebSocket } from 'ws'

/** Something to be sent; what it says is decided when its turn comes. */
export type Job =
  /** How the user stands by then. */
  | Readonly<{ kind: 'state'; user: string }>
  /** Left out when a newer state was sent before. */
  | Readonly<{ kind: 'event'; user: string; seq: number; text: string; sent: () => void }>
  /** A state for each of many users, in slices. */
  | Readonly<{ kind: 'states'; users: Iterator<string> }>
  /** After everything older; left out for a client that asks faster than it reads. */
  | Readonly<{ kind: 'pong'; text: () => string }>
  | Readonly<{ kind: 'text'; text: string }>
  /** After everything older; nothing follows it. */
  | Readonly<{ kind: 'close'; code: number; reason: string }>

export type OutboxConfig = Readonly<{ coalesceAboveBytes: number }>

export type OutboxDeps = Readonly<{
  socket: WebSocket
  stateOf: (user: string) => Readonly<{ seq: number; text: string }>
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
  /** For a user who is followed no longer: a subscription that comes again begins with the state. */
  forget(user: string): void
}

export function createOutbox(config: OutboxConfig, { socket, stateOf, wake }: OutboxDeps): Outbox {
  let queue: Job[] = []
  let head = 0
  let ticksFull = 0
  let pongs = 0
  const lastSeq = new Map<string, number>()
  /** Users whose state is in the queue: it will be the newest one when its turn comes. */
  const awaitingState = new Set<string>()

  const isFull = (): boolean => socket.bufferedAmount > config.coalesceAboveBytes

  function send(text: string): void {
    socket.send(text, () => {
      if (head < queue.length && !isFull()) wake()
    })
  }

  function sendState(user: string): void {
    awaitingState.delete(user)
    const { seq, text } = stateOf(user)
    lastSeq.set(user, seq)
    send(text)
  }

  // oxlint-disable-next-line typescript/consistent-return -- the switch is exhaustive
  function perform(job: Job): boolean {
    switch (job.kind) {
      case 'state':
        sendState(job.user)
        return true
      case 'event':
        if (job.seq <= (lastSeq.get(job.user) ?? -1)) return true
        lastSeq.set(job.user, job.seq)
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
        if (next.done !== true) sendState(next.value)
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
      if (job.kind === 'state' || (job.kind === 'event' && isFull())) {
        if (!awaitingState.has(job.user)) queue.push({ kind: 'state', user: job.user })
        awaitingState.add(job.user)
      } else queue.push(job)
      wake()
    },
    step() {
      const job = queue[head]
      if (job === undefined || isFull() || socket.readyState !== socket.OPEN) return false
      if (perform(job)) head += 1
      if (head === queue.length) {
        queue = []
        head = 0
      }
      return true
    },
    tick() {
      ticksFull = isFull() ? ticksFull + 1 : 0
      return ticksFull
    },
    forget: (user) => void lastSeq.delete(user),
  }
}
