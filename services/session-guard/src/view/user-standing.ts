import type { Lock, LockState } from '@watchword/contracts'
import type { GuardView } from './guard-view.ts'
import { initialState, type LockStatus, type StatusQuery, statusOf, type UserLocks } from '@watchword/session-lock'

export type Standing = Omit<LockStatus, 'lock'> & Readonly<{ lock: Lock | null }>

/** How a subject stands by what the log says of the user; a user nobody knows is calm. `now` is in epoch milliseconds. */
export function standingOf(state: LockState | undefined, subject: StatusQuery, now: number): Standing {
  const status = statusOf(state === undefined ? initialState : userLocksOf(state), subject, now)
  const lock = state?.locks.find((one) => one.id === status.lock?.id) ?? null
  return { ...status, lock }
}

/** What an app may see: a lock without an app concerns every app of the tenant. */
export function concernsApp(lock: Pick<Lock, 'app'>, app: string): boolean {
  return lock.app === null || lock.app === app
}

/** Whether this session of a user has ended; without one there is none to end. */
export function hasSessionEnded(
  view: Pick<GuardView, 'lockState'>,
  { tenant, app, user, session }: Readonly<{ tenant: string; app: string; user: string; session: string | null }>,
): boolean {
  return session !== null && endedSessionsOf(view.lockState(tenant, user), app).includes(session)
}

export function endedSessionsOf(state: LockState | undefined, app: string): readonly string[] {
  return (state?.endedSessions ?? []).filter((ended) => ended.app === app).map((ended) => ended.session)
}

const converted = new WeakMap<LockState, UserLocks>()

/** The decider's own view of a record; what the record leaves out has no part in a status. */
function userLocksOf(state: LockState): UserLocks {
  const known = converted.get(state)
  if (known !== undefined) return known
  const { at, seq, locks, endedSessions, passes } = state
  const made = {
    ...initialState,
    at,
    seq,
    locks: locks.map((lock) => ({ ...lock, moreCauses: 0 })),
    endedSessions: endedSessions.map((ended) => ({ ...ended, by: 'request' })),
    passes,
  } as unknown as UserLocks
  converted.set(state, made)
  return made
}
