import type { Access } from '@watchword/access'
import type { WebSocket } from 'ws'
import type { Freshness } from '../view/freshness.ts'
import type { GuardView } from '../view/guard-view.ts'
import type { Identity } from './authenticate.ts'
import { type ClientFrame, parseClientFrame } from './client-frame.ts'
import { hasEnded, sessionEndedClosing } from './ended-session.ts'
import { errorFrame, openPromptFrames, replicaReadyFrame, type StateFrame, stateFrame } from './frames.ts'
import { type Hub, type Subscriber, wholeApp } from './hub.ts'
import { createOutbox, type Outbox, type OutboxConfig, type OutboxOwner } from './outbox.ts'
import type { Pump } from './pump.ts'

/** The same for every connection. */
export type ConnectionDeps = Readonly<{
  access: Pick<Access, 'userNamesOf'>
  view: Pick<GuardView, 'lockState' | 'lockStates' | 'ageMs'>
  freshness: Pick<Freshness, 'isStageAlive'>
  hub: Hub
  pump: Pump
  now: () => number
}>

/** An admitted client, with what it subscribed to. */
export interface Connection {
  readonly identity: Identity
  onMessage(data: Buffer, isBinary: boolean): void
  /** How many times in a row `tick` found the socket full. */
  tick(): number
  /** Closes it after all it still has to be told, if its session has ended. */
  closeIfEnded(): void
  /** Forgets every subscription. */
  end(): void
}

const faultsMax = 10
const subscriptionsMax = 1_000
/** Users looked at in one step; a sending step takes as long. */
const looksPerStep = 128

export function createConnection(
  config: OutboxConfig,
  socket: WebSocket,
  identity: Identity,
  deps: ConnectionDeps,
): Connection {
  return new SocketConnection(config, socket, identity, deps)
}

/** A class: there are many thousands, and each would have every function of its own otherwise. */
class SocketConnection implements Connection, OutboxOwner, Subscriber {
  readonly socket: WebSocket
  readonly identity: Identity
  readonly outbox: Outbox
  readonly #deps: ConnectionDeps
  readonly #users = new Set<string>()
  #faults = 0
  #isClosing = false
  #isTellingAll = false

  constructor(config: OutboxConfig, socket: WebSocket, identity: Identity, deps: ConnectionDeps) {
    this.socket = socket
    this.identity = identity
    this.outbox = createOutbox(config, this)
    this.#deps = deps
  }

  get tenant(): string {
    return this.identity.tenant
  }

  get app(): string {
    return this.identity.app
  }

  onMessage(data: Buffer, isBinary: boolean): void {
    const frame = isBinary
      ? 'malformed'
      : parseClientFrame(data.toString('utf8'), this.#deps.access.userNamesOf(this.tenant))
    if (typeof frame === 'string') this.#fault(frame)
    else this.#obey(frame)
  }

  tick(): number {
    return this.outbox.tick()
  }

  closeIfEnded(): void {
    if (this.#isClosing || !hasEnded(this.#deps.view, this.identity)) return
    this.#isClosing = true
    this.outbox.push({ kind: 'close', ...sessionEndedClosing })
  }

  end(): void {
    for (const user of this.#users) this.#deps.hub.unsubscribe(user, this)
    this.#users.clear()
  }

  stateOf(user: string): StateFrame {
    const { view, now } = this.#deps
    return stateFrame(view.lockState(this.tenant, user), user, this.app, now())
  }

  follows(user: string): boolean {
    return this.#users.has(user) || this.#users.has(wholeApp)
  }

  wake(): void {
    this.#deps.pump.wake(this.outbox)
  }

  #fault(code: string): void {
    this.#faults += 1
    if (this.#faults > faultsMax) this.socket.close(1008, 'too many bad frames')
    else this.outbox.push({ kind: 'text', text: errorFrame(code) })
  }

  // oxlint-disable-next-line typescript/consistent-return -- the switch is exhaustive
  #obey(frame: ClientFrame): void {
    switch (frame.type) {
      case 'subscribe':
        return this.#subscribe(frame.user)
      case 'unsubscribe':
        return this.#unsubscribe(frame.user)
      case 'ping':
        return this.#pong(frame.id)
    }
  }

  /** A browser hears of its own user, whom its backend has named in the ticket. */
  #isAllowed(user: string): boolean {
    return this.identity.user === null ? true : user === this.identity.user
  }

  #subscribe(user: string): void {
    if (!this.#isAllowed(user)) {
      this.socket.send(errorFrame('not-allowed'))
      return this.socket.close(4403, 'not allowed')
    }
    if (this.#users.size >= subscriptionsMax && !this.#users.has(user)) return this.#fault('too-many-subscriptions')
    this.#users.add(user)
    // The state goes into the queue first; what happens from now on comes after it.
    if (user === wholeApp) this.#tellAll()
    else this.#tell(user)
    this.#deps.hub.subscribe(user, this)
    this.closeIfEnded()
  }

  #unsubscribe(user: string): void {
    // Who was never subscribed costs nothing, and one user no look at all the others.
    if (!this.#users.delete(user)) return
    this.outbox.forget(user === wholeApp ? undefined : user)
    this.#deps.hub.unsubscribe(user, this)
  }

  #pong(id: number): void {
    const { view, freshness } = this.#deps
    const text = (): string =>
      JSON.stringify({ type: 'pong', id, ageMs: ageOf(view.ageMs()), complete: freshness.isStageAlive() })
    this.outbox.push({ kind: 'pong', text })
  }

  #tell(user: string): void {
    const { view, now } = this.#deps
    this.outbox.push({ kind: 'state', user })
    for (const text of openPromptFrames(view.lockState(this.tenant, user), this.app, now()))
      this.outbox.push({ kind: 'text', text })
  }

  #tellAll(): void {
    // Who is still being told everything has nothing to gain from being told it twice, and could ask faster than anybody can tell.
    if (this.#isTellingAll) return
    this.#isTellingAll = true
    this.outbox.push({ kind: 'states', users: this.#usersWorthTelling() })
    this.outbox.push({ kind: 'text', text: replicaReadyFrame(this.#deps.access.userNamesOf(this.tenant)) })
  }

  *#usersWorthTelling(): Generator<string | null, undefined> {
    let looks = 0
    for (const state of this.#deps.view.lockStates()) {
      if (state.tenant === this.tenant && (state.locks.length > 0 || state.endedSessions.length > 0)) yield state.user
      else if (++looks % looksPerStep === 0) yield null
    }
    this.#isTellingAll = false
    return undefined
  }
}

/** JSON has no infinity: an age that is longer than any bound. */
function ageOf(ageMs: number): number {
  return Number.isFinite(ageMs) ? Math.ceil(ageMs) : Number.MAX_SAFE_INTEGER
}
