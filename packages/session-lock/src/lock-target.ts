import { LOCKS_MAX } from './limits.ts'
import type { Lock, LockScope, LockTarget, UserLocks } from './state.ts'

/** The whole user, in every app. */
export const wholeUser: LockTarget = { scope: 'user', app: null, session: null, device: null }

/** What is to be locked: what was asked for, or the next wider thing where that is not named. */
export function targetOf(
  asked: Readonly<{ scope: LockScope; app: string | null; session: string | null; device: string | null }>,
): LockTarget {
  const { scope, app, session, device } = asked
  if (scope === 'session' && app !== null && session !== null) return { scope: 'session', app, session, device: null }
  if (scope !== 'user' && device !== null) return { scope: 'device', app: null, session: null, device }
  return wholeUser
}

/** The target, or the whole user when so many locks are in force that no other one has room. */
export function roomFor(state: UserLocks, target: LockTarget): LockTarget {
  if (lockOn(state, target) !== null) return target
  return state.locks.length >= LOCKS_MAX - 1 ? wholeUser : target
}

/** The lock in force on this very target, or null. */
export function lockOn(state: UserLocks, target: LockTarget): Lock | null {
  return (
    state.locks.find(
      (lock) =>
        lock.scope === target.scope &&
        lock.app === target.app &&
        lock.session === target.session &&
        lock.device === target.device,
    ) ?? null
  )
}
