import { accept } from '@watchword/decider'
import { allowedFactors, narrowed } from './allowed-factors.ts'
import type { RequireVerification, WithholdLock } from './commands.ts'
import { equalContext, sameContext } from './context.ts'
import { isEnded } from './ended-sessions.ts'
import type { LockDecision, LockEvent, LockWithheld } from './events.ts'
import { highest, isAbove } from './level.ts'
import { CAUSES_MAX, CAUSES_OF_USER_MAX, UNPROVEN_LOCKS_MAX } from './limits.ts'
import { lockOn, roomFor, targetOf } from './lock-target.ts'
import { newLock } from './new-lock.ts'
import { voidedPass } from './passes.ts'
import type { Cause, Lock, LockTarget, Pass, UserLocks } from './state.ts'

/** Locks what the scorer names, or adds the cause to the lock in force; attempts are never reset by it. */
export function requireVerification(command: RequireVerification, state: UserLocks): LockDecision {
  const { at, data, position } = command
  if (data.session !== null && isEnded(state, data.app, data.session)) return accept()
  if (alreadyPassed(command, state)) return accept()

  const named = targetOf(data)
  const target = roomFor(state, named)
  // Who is only named must not be locked as a whole because so much else is: that is for what is proven.
  if (data.grounds === 'unproven' && target !== named) return accept(withheld(at, data, 'user-budget'))
  const inForce = lockOn(state, target)
  if (inForce !== null) return accept(...voided(command, target, state), ...extended(command, inForce, state))
  if (data.grounds === 'unproven' && !hasRoomForUnproven(target, state))
    return accept(withheld(at, data, 'user-budget'))
  const lock = newLock(target, at, position, { ...data, by: 'risk', causes: [causeOf(command)] })
  return accept(...voided(command, target, state), {
    type: 'SessionLocked',
    at,
    data: { lock, operator: null, reason: null },
  })
}

/** Locks nobody, and says so: what was attempted is refused by its own judgement, and whoever is calm stays so. */
export function withholdLock({ at, data }: WithholdLock): LockDecision {
  return accept(withheld(at, data, 'tenant-budget'))
}

function withheld(at: number, data: WithholdLock['data'], reason: LockWithheld['data']['reason']): LockEvent {
  const { scope, app, session, device, level, activity } = data
  return { type: 'LockWithheld', at, data: { scope, app, session, device, level, activity, reason } }
}

/** Locks that anybody can cause do not take the places of others; whether they may lock the whole user was asked before. */
function hasRoomForUnproven({ scope }: LockTarget, { locks }: UserLocks): boolean {
  return scope === 'user' || locks.filter((lock) => lock.grounds === 'unproven').length < UNPROVEN_LOCKS_MAX
}

/** The person has proved themselves in this session from this context since the cause, against a risk as high and with a factor as is asked for. */
function alreadyPassed({ at, data }: RequireVerification, { passes }: UserLocks): boolean {
  const kinds = allowedFactors(data.factors)
  return passes.some(
    (pass) =>
      data.time <= pass.at &&
      at < pass.until &&
      !isAbove(data.level, pass.level) &&
      kinds.includes(pass.factorKind) &&
      (data.session === null || (pass.session === data.session && pass.app === data.app)) &&
      sameContext(data.context, pass.context),
  )
}

function voided({ at, data }: RequireVerification, target: LockTarget, state: UserLocks): readonly LockEvent[] {
  const isVoid = (pass: Pass): boolean =>
    isAbove(data.level, pass.level) &&
    (reaches(target, pass) ||
      (data.grounds === 'proven' && pass.session === null && sameContext(data.context, pass.context)))
  return state.passes.filter(isVoid).map((pass) => voidedPass(pass, at, 'risk'))
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
  const isSurer = data.grounds === 'proven' && lock.grounds === 'unproven'

  // Beyond the kept contexts a lock keeps its version: else whoever changes address fast enough could make every answer stale.
  const counted: readonly LockEvent[] =
    isKnown || isKept ? [] : [{ type: 'CauseCounted', at, data: { lock: lock.id, time: data.time } }]
  if (
    !isKept &&
    !isHigher &&
    !isSurer &&
    isCaused &&
    factors.length === lock.factors.length &&
    factors[0] === lock.factors[0]
  )
    return counted

  const next: Lock = {
    ...lock,
    version: position.offset,
    level: highest(data.level, lock.level),
    reasonUser: isHigher || !isCaused ? data.reasonUser : lock.reasonUser,
    factors,
    by,
    causes: isKept ? [...lock.causes, causeOf(command)] : lock.causes,
    suspectSince: Math.min(lock.suspectSince, data.time),
    // What only waited was grounded on nothing that somebody did.
    grounds: lock.by === 'requirement' ? data.grounds : isSurer ? 'proven' : lock.grounds,
  }
  return [{ type: 'LockExtended', at, data: { lock: next, operator: null, reason: null } }, ...counted]
}

function hasRoomFor(lock: Lock, { locks }: UserLocks): boolean {
  const kept = locks.reduce((sum, { causes }) => sum + causes.length, 0)
  return lock.causes.length < CAUSES_MAX && kept < CAUSES_OF_USER_MAX
}

function causeOf({ data }: RequireVerification): Cause {
  const { assessment, activity, time, context } = data
  return { assessment, activity, time, context }
}
