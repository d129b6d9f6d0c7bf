import type { LockState } from '@watchword/contracts'
import type { Logger } from '@watchword/service-kit'
import type { Clock } from '@watchword/stream'
import type { Commands } from './commands.ts'
import { createDeadlineQueue, type Deadline } from './deadline-queue.ts'
import type { GuardView } from '../view/guard-view.ts'

export type DeadlinesDeps = Readonly<{
  view: Pick<GuardView, 'onLockState' | 'lockStates' | 'lockState'>
  commands: Pick<Commands, 'append'>
  clock: Clock
  logger: Logger
}>

/** Tells the lock stage when a pass may be over; what that means is the fold's to say. */
export interface Deadlines {
  stop(): void
}

/** How long to wait when the log took no command, milliseconds. */
const retryMs = 5_000
/** The longest timer; a later deadline is looked at again then. */
const timerMsMax = 3_600_000

/** Keeps one timer, for the pass that is over first. */
export function createDeadlines({ view, commands, clock, logger }: DeadlinesDeps): Deadlines {
  const queue = createDeadlineQueue()
  let cancelTimer: (() => void) | undefined
  let timerAt = Number.POSITIVE_INFINITY
  let stopped = false

  const unlisten = view.onLockState((_tenant, _user, state) => {
    if (state !== undefined) add(state)
  })
  for (const state of view.lockStates()) add(state)

  function add(state: LockState): void {
    for (const pass of state.passes) {
      queue.push({ tenant: state.tenant, user: state.user, pass: pass.id, until: pass.until })
      arm(pass.until)
    }
  }

  function arm(at: number): void {
    if (stopped || at >= timerAt) return
    cancelTimer?.()
    timerAt = at
    const delayMs = Math.min(timerMsMax, Math.max(0, at - clock.now()))
    cancelTimer = clock.after(delayMs, () => void fire())
  }

  async function fire(): Promise<void> {
    timerAt = Number.POSITIVE_INFINITY
    const due: Deadline[] = []
    for (let next = queue.peek(); next !== undefined && next.until <= clock.now(); next = queue.peek()) {
      queue.pop()
      if (isCurrent(next)) due.push(next)
    }
    for (const deadline of due) await tell(deadline)
    const next = queue.peek()
    if (next !== undefined) arm(next.until)
  }

  /** Passes that were voided or prolonged meanwhile are not worth a command. */
  function isCurrent({ tenant, user, pass, until }: Deadline): boolean {
    return view.lockState(tenant, user)?.passes.some((one) => one.id === pass && one.until === until) === true
  }

  async function tell({ tenant, user, pass, until }: Deadline): Promise<void> {
    try {
      // One id for one deadline, whichever process tells of it: the fold takes it once.
      const origin = { commandId: `deadline-${pass}-${until}`, traceparent: undefined }
      await commands.append(tenant, user, { type: 'deadline-passed', data: { pass, until } }, origin)
    } catch (error) {
      logger.warn({ err: error }, 'a deadline could not be told')
      clock.after(retryMs, () => {
        queue.push({ tenant, user, pass, until })
        arm(until)
      })
    }
  }

  return {
    stop() {
      stopped = true
      unlisten()
      cancelTimer?.()
    },
  }
}
