import { accept } from '@watchword/decider'
import { allowedFactors, narrowed } from './allowed-factors.ts'
import type { RequireVerification } from './commands.ts'
import { equalContext, sameContext } from './context.ts'
import { isEnded } from './ended-sessions.ts'
import type { LockDecision, LockEvent } from './events.ts'
import { highest, isAbove } from './level.ts'
import { CAUSES_MAX, CAUSES_OF_USER_MAX } from './limits.ts'
import { lockOn, roomFor, targetOf } from './lock-target.ts'
import { newLock } from './new-lock.ts'
import type { Cause, Lock, LockTarget, Pass, UserLocks } from './state.ts'

/** Locks what the scorer names, or adds the cause to the lock in force; attempts are never reset by it. */
export function requireVerification(command: RequireVerification, state: UserLocks): LockDecision {
  const { at, data, position } = command
  if (data.session !== null && isEnded(state, data.app, data.session)) return accept()
  if (alreadyPassed(command, state)) return accept()

  const target = roomFor(state, targetOf(data))
  const inForce = lockOn(state, target)
  if (inForce !== null) return accept(...voided(command, target, state), ...extended(command, inForce, state))
  const lock = newLock(target, at, position, { ...data, by: 'risk', causes: [causeOf(command)] })
  return accept(...voided(command, target, state), {
    type: 'SessionLocked',
    at,
    data: { lock, operator: null, reason: null },
  })
}

/** The person has proved themselves from this context since the cause, against a risk as high as this, and by a factor that may answer it. */
function alreadyPassed({ data }: RequireVerification, state: UserLocks): boolean {
  const last = state.passes.findLast((pass) => sameContext(data.context, pass.context))
  if (last === undefined || data.time > last.at || isAbove(data.level, last.level)) return false
  return allowedFactors(data.factors).includes(last.factorKind)
}

function voided({ at, data }: RequireVerification, target: LockTarget, state: UserLocks): readonly LockEvent[] {
  const isVoid = (pass: Pass): boolean =>
    isAbove(data.level, pass.level) &&
    (reaches(target, pass) || (pass.session === null && sameContext(data.context, pass.context)))
  return state.passes.filter(isVoid).map((pass) => ({
    type: 'PassVoided',
    at,
    data: { pass: pass.id, app: pass.app, session: pass.session, reason: 'risk' },
  }))
}

// oxlint-disable-next-line typescript/consistent-return -- the switch is exhaustive
function reaches(target: LockTarget, pass: Pass): boolean {
  switch (target.scope) {
    case 'user':
      return true
    case 'device':
      return pass.device === target.device
    case 'session':
      return pass.app === target.app && pass.session === target.session
  }
}

function extended(command: RequireVerification, lock: Lock, state: UserLocks): readonly LockEvent[] {
  const { at, data, position } = command
  const isKnown = lock.causes.some((cause) => equalContext(cause.context, data.context))
  const isKept = !isKnown && hasRoomFor(lock, state)
  const isHigher = isAbove(data.level, lock.level)
  // What only waited for a second factor has a cause from now on, and is open to nothing any more.
  const by = lock.by === 'operator' ? 'operator' : 'risk'
  const isCaused = lock.by === by
  const factors = narrowed(lock.factors, data.factors)

  // Beyond the kept contexts a lock keeps its version: else whoever changes address fast enough could make every answer stale.
  const counted: readonly LockEvent[] = isKnown || isKept ? [] : [{ type: 'CauseCounted', at, data: { lock: lock.id } }]
  if (!isKept && !isHigher && isCaused && factors.length === lock.factors.length && factors[0] === lock.factors[0])
    return counted

  const next: Lock = {
    ...lock,
    version: position.offset,
    level: highest(data.level, lock.level),
    reasonUser: isHigher || !isCaused ? data.reasonUser : lock.reasonUser,
    factors,
    by,
    causes: isKept ? [...lock.causes, causeOf(command)] : lock.causes,
  }
  return [{ type: 'LockExtended', at, data: { lock: next, operator: null, reason: null } }, ...counted]
}

function hasRoomFor(lock: Lock, { locks }: UserLocks): boolean {
  const kept = locks.reduce((sum, { causes }) => sum + causes.length, 0)
  return lock.causes.length < CAUSES_MAX && kept < CAUSES_OF_USER_MAX
}

function causeOf({ data }: RequireVerification): Cause {
  return { activity: data.activity, time: data.time, context: data.context }
}
