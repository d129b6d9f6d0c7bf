import type { Access } from '@watchword/access'
import type { WebSocket } from 'ws'
import type { Freshness } from '../view/freshness.ts'
import type { GuardView } from '../view/guard-view.ts'
import type { Identity } from './authenticate.ts'
import { type ClientFrame, parseClientFrame } from './client-frame.ts'
import { hasEnded, sessionEndedClosing } from './ended-session.ts'
import { errorFrame, openPromptFrames, replicaReadyFrame, stateFrame } from './frames.ts'
import { type Hub, wholeApp } from './hub.ts'
import { createOutbox, type Outbox } from './outbox.ts'
import type { Pump } from './pump.ts'

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
  config: Readonly<{ coalesceAboveBytes: number }>,
  socket: WebSocket,
  identity: Identity,
  { access, view, freshness, hub, pump, now }: ConnectionDeps,
): Connection {
  const { tenant, app } = identity
  const users = new Set<string>()
  let faults = 0
  let isClosing = false
  let isTellingAll = false
  const outbox: Outbox = createOutbox(config, {
    socket,
    stateOf: (user) => stateFrame(view.lockState(tenant, user), user, app, now()),
    follows,
    wake: () => pump.wake(outbox),
  })
  const subscriber = { tenant, app, outbox, onSessionEnded: closeIfEnded }

  function closeIfEnded(): void {
    if (isClosing || !hasEnded(view, identity)) return
    isClosing = true
    outbox.push({ kind: 'close', ...sessionEndedClosing })
  }

  function follows(user: string): boolean {
    return users.has(user) || users.has(wholeApp)
  }

  function fault(code: string): void {
    faults += 1
    if (faults > faultsMax) socket.close(1008, 'too many bad frames')
    else outbox.push({ kind: 'text', text: errorFrame(code) })
  }

  /** A browser hears of its own user, whom its backend has named in the ticket. */
  function isAllowed(user: string): boolean {
    return identity.user === null ? true : user === identity.user
  }

  function subscribe(user: string): void {
    if (!isAllowed(user)) {
      socket.send(errorFrame('not-allowed'))
      return socket.close(4403, 'not allowed')
    }
    if (users.size >= subscriptionsMax && !users.has(user)) return fault('too-many-subscriptions')
    users.add(user)
    // The state goes into the queue first; what happens from now on comes after it.
    if (user === wholeApp) tellAll()
    else tell(user)
    hub.subscribe(user, subscriber)
    closeIfEnded()
  }

  function tell(user: string): void {
    outbox.push({ kind: 'state', user })
    for (const text of openPromptFrames(view.lockState(tenant, user), app, now())) outbox.push({ kind: 'text', text })
  }

  function tellAll(): void {
    // Who is still being told everything has nothing to gain from being told it twice, and could ask faster than anybody can tell.
    if (isTellingAll) return
    isTellingAll = true
    outbox.push({ kind: 'states', users: usersWorthTelling() })
    outbox.push({ kind: 'text', text: replicaReadyFrame(access.userNamesOf(tenant)) })
  }

  function* usersWorthTelling(): Generator<string | null, undefined> {
    let looks = 0
    for (const state of view.lockStates()) {
      if (state.tenant === tenant && (state.locks.length > 0 || state.endedSessions.length > 0)) yield state.user
      else if (++looks % looksPerStep === 0) yield null
    }
    isTellingAll = false
    return undefined
  }

  // oxlint-disable-next-line typescript/consistent-return -- the switch is exhaustive
  function obey(frame: ClientFrame): void {
    switch (frame.type) {
      case 'subscribe':
        return subscribe(frame.user)
      case 'unsubscribe':
        // Who was never subscribed costs nothing, and one user no look at all the others.
        if (!users.delete(frame.user)) return
        outbox.forget(frame.user === wholeApp ? undefined : frame.user)
        return hub.unsubscribe(frame.user, subscriber)
      case 'ping': {
        const { id } = frame
        const text = (): string =>
          JSON.stringify({ type: 'pong', id, ageMs: ageOf(view.ageMs()), complete: freshness.isStageAlive() })
        return outbox.push({ kind: 'pong', text })
      }
    }
  }

  return {
    onMessage(data, isBinary) {
      const frame = isBinary ? 'malformed' : parseClientFrame(data.toString('utf8'), access.userNamesOf(tenant))
      if (typeof frame === 'string') fault(frame)
      else obey(frame)
    },
    tick: () => outbox.tick(),
    closeIfEnded,
    end() {
      for (const user of users) hub.unsubscribe(user, subscriber)
      users.clear()
    },
  }
}

/** JSON has no infinity: an age that is longer than any bound. */
function ageOf(ageMs: number): number {
  return Number.isFinite(ageMs) ? Math.ceil(ageMs) : Number.MAX_SAFE_INTEGER
}
