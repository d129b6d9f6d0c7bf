import {
  decideOnce,
  initialState,
  type LockCommand,
  type LockEvent,
  type Relay,
  relaysOf,
  remember,
  sessionLock,
  type UserLocks,
} from '../src/index.ts'
import { addTotp, confirm } from './lock-commands.ts'

/** One thing that happened in the fold of a user, with the state that it was decided on. */
export type Happened = Readonly<{ user: string; before: UserLocks; event: LockEvent }>

/** The folds of several users, and what they still have to tell each other. */
export type System = Readonly<{
  states: ReadonlyMap<string, UserLocks>
  relays: readonly Relay[]
  history: readonly Happened[]
  /** How many commands were sent: the place of the next one in the log. */
  sent: number
}>

/** Users with one TOTP factor each, `totp-1`. */
export function systemOf(...users: readonly string[]): System {
  const start: System = { states: new Map(), relays: [], history: [], sent: 0 }
  return users.reduce((system, user) => send(send(system, user, addTotp(1)), user, confirm(2)), start)
}

/** Lets the fold of a user decide; what it has to tell others waits. `forgetful`: the ids of commands are forgotten before. */
export function send(system: System, user: string, command: LockCommand, forgetful = false): System {
  const known = system.states.get(user) ?? initialState
  const before = forgetful ? { ...known, seen: [] } : known
  const decision = decideOnce(command, before)
  let state = before
  const happened: Happened[] = []
  for (const event of decision.accepted ? decision.events : []) {
    happened.push({ user, before: state, event })
    state = sessionLock.evolve(state, event)
  }
  return {
    states: new Map([...system.states, [user, remember(state, command)]]),
    relays: [...system.relays, ...relaysOf(command, user, decision)],
    history: [...system.history, ...happened],
    sent: system.sent + 1,
  }
}

/** Delivers one of the waiting relays; `keep`: it will be delivered again. */
export function deliver(system: System, index: number, at: number, keep = false): System {
  const { user, commandId, ...relay } = system.relays[index] ?? {}
  if (user === undefined || commandId === undefined) return system
  const head = { at, commandId, position: { partition: 0, offset: system.sent } }
  const relays = keep ? system.relays : system.relays.toSpliced(index, 1)
  return send({ ...system, relays }, user, { ...head, ...relay } as LockCommand, keep)
}
