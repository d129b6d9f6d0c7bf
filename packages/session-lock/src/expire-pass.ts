import { accept } from '@watchword/decider'
import { factorKinds } from './allowed-factors.ts'
import type { DeadlinePassed, LockCommand } from './commands.ts'
import type { LockDecision, LockEvent } from './events.ts'
import { lockOn, roomFor, targetOf } from './lock-target.ts'
import { newLock } from './new-lock.ts'
import type { Pass, UserLocks } from './state.ts'

const expired: Readonly<Record<string, string>> = { en: 'Your last verification has expired.' }

/** Ends the pass that the deadline names, if it is the current one and log time has reached its end; admits nobody. */
export function deadlinePassed(command: DeadlinePassed, state: UserLocks): LockDecision {
  const { pass: id, until } = command.data
  const pass = state.passes.find((one) => one.id === id && one.until === until)
  if (pass === undefined || command.at < pass.until) return accept()
  return accept(...expirePass(pass, command, state))
}

/** What the end of a pass does, by its policy; without a session to end, the device or the user is locked instead. */
export function expirePass(pass: Pass, { at, position }: LockCommand, state: UserLocks): readonly LockEvent[] {
  const { app, session, device } = pass
  const over: LockEvent = { type: 'PassExpired', at, data: { pass: pass.id, app, session } }
  if (pass.onExpiry === 'soft') return [over]
  if (pass.onExpiry === 'force' && app !== null && session !== null)
    return [over, { type: 'SessionEnded', at, data: { app, session, by: 'expiry', reason: 'verification-expired' } }]

  const target = roomFor(state, targetOf({ scope: 'session', app, session, device }))
  if (lockOn(state, target) !== null) return [over]
  const { level, policy } = pass
  const lock = newLock(target, at, position, {
    by: 'expiry',
    level,
    reasonUser: expired,
    factors: factorKinds,
    causes: [],
    policy,
    grounds: 'proven',
  })
  return [over, { type: 'SessionLocked', at, data: { lock, operator: null, reason: null } }]
}
