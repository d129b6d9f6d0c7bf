import { isEnded } from './ended-sessions.ts'
import { isAbove } from './level.ts'
import type { Lock, Pass, UserLocks } from './state.ts'

/** Whom a check asks about; what is left out may be anything. */
export type StatusQuery = Readonly<{
  app?: string | null | undefined
  session?: string | null | undefined
  device?: string | null | undefined
}>

/**
 * What a check answers. `vouchedBy` is the pass that vouches longest for the session or device of the query, null where none does;
 * `verifiedUntil` is its end, and without a session that of any of the user's.
 */
export type LockStatus = Readonly<{
  mfaVerified: boolean
  locked: boolean
  /** Locked, and nothing but a second factor is asked for: no lock that applies has a cause. */
  isPending: boolean
  lock: Lock | null
  sessionState: 'active' | 'locked' | 'ended' | 'unknown'
  verifiedUntil: number | null
  vouchedBy: Pass | null
}>

/**
 * Whether a session, a device or the user is locked at a time, in epoch milliseconds. What the query leaves out is taken at
 * its worst: without a session any lock applies, without a device any device's, without an app the sessions of every app. Locks
 * that rest on nothing proven apply to what they name, and to nothing else.
 */
export function statusOf(state: UserLocks, query: StatusQuery, now: number): LockStatus {
  const { app = null, session = null } = query
  if (session !== null && isEnded(state, app, session))
    return { mfaVerified: false, locked: false, isPending: false, lock: null, sessionState: 'ended', ...unverified }

  const lock = worst(state.locks.filter((one) => applies(one, query)))
  if (lock !== null) {
    const isPending = !isCaused(lock)
    return { mfaVerified: false, locked: true, isPending, lock, sessionState: 'locked', ...unverified }
  }

  const passes = state.passes.filter((pass) => pass.until > now && (session === null || vouches(pass, query)))
  const longest = longestOf(passes)
  const isActive = session !== null && passes.some((pass) => pass.session === session)
  return {
    mfaVerified: true,
    locked: false,
    isPending: false,
    lock: null,
    sessionState: isActive ? 'active' : 'unknown',
    verifiedUntil: longest?.until ?? null,
    // That somebody has verified themselves somewhere is told, and vouches for nobody who does not say where they are.
    vouchedBy: session === null ? longestOf(passes.filter((pass) => vouches(pass, query))) : longest,
  }
}

function longestOf(passes: readonly Pass[]): Pass | null {
  return passes.reduce<Pass | null>((found, pass) => (found && found.until >= pass.until ? found : pass), null)
}

const unverified = { verifiedUntil: null, vouchedBy: null } as const

// oxlint-disable-next-line typescript/consistent-return -- the switch is exhaustive
function applies(lock: Lock, query: StatusQuery): boolean {
  const { app = null, session = null, device = null } = query
  if (lock.grounds === 'unproven' && lock.scope !== 'user') return isNamed(lock, query)
  if (session === null) return true
  switch (lock.scope) {
    case 'user':
      return true
    case 'device':
      return device === null || device === lock.device
    case 'session':
      return lock.session === session && (app === null || lock.app === app)
  }
}

// What anybody can cause must reach nobody else, however little a check says.
function isNamed(lock: Lock, { app = null, session = null, device = null }: StatusQuery): boolean {
  if (lock.scope === 'device') return device === lock.device
  return session === lock.session && (app === null || app === lock.app)
}

/** Whether a pass vouches for the session of the query, or for its device; a query that names neither has nothing to be vouched for. */
export function vouches(pass: Pass, { app = null, session = null, device = null }: StatusQuery): boolean {
  if (pass.session === null) return device !== null && pass.device === device
  return pass.session === session && (app === null || pass.app === app)
}

/** One with a cause before one without, then the higher one. */
function worst(locks: readonly Lock[]): Lock | null {
  return locks.reduce<Lock | null>((found, lock) => (found === null || isWorse(lock, found) ? lock : found), null)
}

function isWorse(lock: Lock, other: Lock): boolean {
  return isCaused(lock) === isCaused(other) ? isAbove(lock.level, other.level) : isCaused(lock)
}

function isCaused({ by }: Lock): boolean {
  return by !== 'requirement' && by !== 'expiry'
}
