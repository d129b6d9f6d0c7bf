import { decideOnce, type LockCommand, remember, sessionLock, type UserLocks } from '../../src/index.ts'
import type { Scheduler } from 'fast-check'
import type { LockModel } from './lock-model.ts'

/** The inbox of one user and its fold, with clients that act on what they saw a while ago. */
export interface LockSystem {
  /** Epoch milliseconds. */
  readonly now: number
  readonly state: UserLocks
  wait(ms: number): void
  /** Appends a command, which is decided where it stands. The time and the place in it are the log's. */
  append(command: LockCommand): void
  /** Another client begins; nobody waits for it before the end. */
  start(client: () => Promise<void>): void
  /** Something else may happen meanwhile. */
  meanwhile(what: string): Promise<void>
  /** Resolves when every client has come to its end. */
  finished(): Promise<void>
}

export function createLockSystem(scheduler: Scheduler, from: UserLocks, model: LockModel): LockSystem {
  const clients: Promise<void>[] = []
  let now = from.at
  let offset = 1_000
  let state = from

  return {
    get now() {
      return now
    },
    get state() {
      return state
    },
    wait(ms) {
      now += ms
    },
    append(made) {
      offset += 1
      const head = { at: now, commandId: `c-${offset}`, position: { partition: 0, offset } }
      const command: LockCommand = { ...made, ...head }
      const decision = decideOnce(command, state)
      const events = decision.accepted ? decision.events : []
      const evolved = events.reduce((at, event) => sessionLock.evolve(at, event), state)
      state = remember(evolved, command)
      const isPassed = events.some(({ type }) => type === 'VerificationPassed')
      model.observe({ command, isPassed, after: state })
    },
    start(client) {
      const running = client()
      // Reported at the end, where all of them are waited for.
      running.catch(() => undefined)
      clients.push(running)
    },
    meanwhile: (what) => scheduler.schedule(Promise.resolve(), what),
    async finished() {
      await scheduler.waitAll()
      await Promise.all(clients)
    },
  }
}
