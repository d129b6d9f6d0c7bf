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

/** Whose outbox it is. */
export interface OutboxOwner {
  readonly socket: WebSocket
  stateOf(user: string): Readonly<{ seq: number; text: string }>
  /** Whether the client wants to hear of the user now. */
  follows(user: string): boolean
  /** The outbox has something to do. */
  wake(): void
}

const pongsMax = 16
/** Of a client that never quite keeps up, so many jobs that are done are kept before they are let go. */
const doneMax = 1_024

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

export function createOutbox(config: OutboxConfig, owner: OutboxOwner): Outbox {
  return new SocketOutbox(config, owner)
}

/** What there is to do, and what that needs to know. */
type Work = {
  readonly queue: Job[]
  head: number
  pongs: number
  /** Users whose state is in the queue, where it will be the newest one when its turn comes, with the last event that it stands for. */
  readonly awaitingState: Map<string, number>
  /** Of those whose state was told ahead of its events, the users all of whose events have come; some may still be in the queue. */
  readonly settled: Set<string>
}

/** A class, and none of its parts made before they are needed: most of many thousand connections have nothing to say. */
class SocketOutbox implements Outbox {
  readonly #config: OutboxConfig
  readonly #owner: OutboxOwner
  #ticksFull = 0
  #work: Work | undefined
  /** The version of a state that was told ahead of its events, by user: what comes of them says nothing new. */
  #aheadAt: Map<string, number> | undefined

  constructor(config: OutboxConfig, owner: OutboxOwner) {
    this.#config = config
    this.#owner = owner
  }

  push(job: Job): void {
    const work = (this.#work ??= newWork())
    if (job.kind === 'pong') {
      if (work.pongs >= pongsMax) return
      work.pongs += 1
    }
    if (job.kind === 'state') queueState(work, job.user, job.after ?? -1)
    else if (job.kind === 'event' && this.#isFull()) queueState(work, job.user, job.seq)
    else work.queue.push(job)
    this.#owner.wake()
  }

  step(): boolean {
    const work = this.#work
    const job = work?.queue[work.head]
    const { socket } = this.#owner
    if (work === undefined || job === undefined || this.#isFull() || socket.readyState !== socket.OPEN) return false
    if (this.#perform(work, job)) work.head += 1
    if (work.head === work.queue.length) this.#finish(work)
    else if (work.head >= doneMax) forgetDone(work)
    return true
  }

  tick(): number {
    this.#ticksFull = this.#isFull() ? this.#ticksFull + 1 : 0
    return this.#ticksFull
  }

  forget(user?: string): void {
    const users = user === undefined ? (this.#aheadAt?.keys() ?? []) : [user]
    for (const one of users) if (!this.#owner.follows(one)) this.#aheadAt?.delete(one)
  }

  get remembered(): number {
    return this.#aheadAt?.size ?? 0
  }

  #isFull(): boolean {
    return this.#owner.socket.bufferedAmount > this.#config.coalesceAboveBytes
  }

  #send(text: string): void {
    this.#owner.socket.send(text, () => {
      if (this.#work !== undefined && !this.#isFull()) this.#owner.wake()
    })
  }

  #sendState({ settled }: Work, user: string, after: number): void {
    const { seq, text } = this.#owner.stateOf(user)
    if (this.#owner.follows(user)) (this.#aheadAt ??= new Map()).set(user, seq)
    if (after >= seq) settled.add(user)
    else settled.delete(user)
    this.#send(text)
  }

  /** False for an event that a state said before. */
  #isNews(user: string, seq: number): boolean {
    const told = this.#aheadAt?.get(user) ?? -1
    // Events of a user come in their order.
    if (seq >= told) this.#aheadAt?.delete(user)
    return seq > told
  }

  #finish({ settled }: Work): void {
    for (const user of settled) this.#aheadAt?.delete(user)
    this.#work = undefined
  }

  // oxlint-disable-next-line typescript/consistent-return -- the switch is exhaustive
  #perform(work: Work, job: Job): boolean {
    switch (job.kind) {
      case 'state':
        this.#sendState(work, job.user, work.awaitingState.get(job.user) ?? -1)
        work.awaitingState.delete(job.user)
        return true
      case 'event':
        if (!this.#isNews(job.user, job.seq)) return true
        this.#send(job.text)
        job.sent()
        return true
      case 'pong':
        work.pongs -= 1
        this.#send(job.text())
        return true
      case 'text':
        this.#send(job.text)
        return true
      case 'close':
        this.#owner.socket.close(job.code, job.reason)
        return true
      case 'states': {
        const next = job.users.next()
        if (next.done !== true && next.value !== null) this.#sendState(work, next.value, -1)
        return next.done === true
      }
    }
  }
}

function newWork(): Work {
  return { queue: [], head: 0, pongs: 0, awaitingState: new Map(), settled: new Set() }
}

function queueState({ queue, awaitingState }: Work, user: string, after: number): void {
  const before = awaitingState.get(user)
  if (before === undefined) queue.push({ kind: 'state', user })
  awaitingState.set(user, Math.max(after, before ?? -1))
}

function forgetDone(work: Work): void {
  work.queue.splice(0, work.head)
  work.head = 0
}
