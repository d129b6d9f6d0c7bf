import { accept, refuse } from '@watchword/decider'
import { factorKinds } from './allowed-factors.ts'
import type { RecordVerdict, ResetProfile } from './commands.ts'
import type { LockDecision, LockEvent } from './events.ts'
import { isEnded } from './ended-sessions.ts'
import { isStanding } from './given-verdicts.ts'
import { CAUSES_MAX } from './limits.ts'
import { lockOn, targetOf } from './lock-target.ts'
import { newLock } from './new-lock.ts'
import { voidedPass } from './passes.ts'
import type { Cause, Lock, UserLocks } from './state.ts'
import { useTicket } from './use-ticket.ts'

const compromised: Readonly<Record<string, string>> = {
  en: 'Somebody else may have used your account. Please verify that it is you.',
}

/**
 * Records what an assessed activity was; the latest verdict of an assessment counts, and the same one again does nothing. One by a ticket of
 * the user uses it up. "confirmed-compromised" locks the whole user; no verdict opens anything.
 */
export function recordVerdict(command: RecordVerdict, state: UserLocks): LockDecision {
  const { at, data } = command
  const { assessment, activity, app, session, verdict, by, operator, note, assessed } = data
  const used = usedTicket(command, state)
  if (!used.accepted) return refuse(used.refusal)
  if (isStanding(state.verdicts, data)) return accept(...used.events)
  const recorded: LockEvent = {
    type: 'VerdictRecorded',
    at,
    data: { assessment, activity, app, session, verdict, by, operator, note, assessed },
  }
  const locked = data.verdict === 'confirmed-compromised' ? lockedBy(command, state) : []
  return accept(...used.events, recorded, ...locked)
}

/** What was learned is the scorer's: this stage only says that an operator wants it forgotten. */
export function resetProfile({ at, data }: ResetProfile): LockDecision {
  return accept({ type: 'ProfileReset', at, data })
}

function usedTicket({ data, ...head }: RecordVerdict, state: UserLocks): LockDecision {
  const { ticket, ticketExpiresAt } = data
  if (ticket === null) return accept()
  const expiresAt = ticketExpiresAt ?? 0
  return useTicket({ ...head, type: 'UseTicket', data: { ticket, purpose: 'report', expiresAt } }, state)
}

/** What vouched so far vouches no more, and the whole user is locked. */
function lockedBy({ at, data, position }: RecordVerdict, state: UserLocks): readonly LockEvent[] {
  const { operator, note: reason, policy } = data
  const voided = state.passes.map((pass) => voidedPass(pass, at, 'risk'))
  const target = targetOf({ scope: 'user', app: null, session: null, device: null })
  const inForce = lockOn(state, target)
  const by = data.by === 'operator' ? 'operator' : 'risk'
  if (inForce === null) {
    const terms = {
      by,
      level: 'HIGH',
      reasonUser: compromised,
      factors: factorKinds,
      policy,
      grounds: 'proven',
    } as const
    const lock = newLock(target, at, position, { ...terms, causes: [causeOf(data, state)] })
    return [...voided, { type: 'SessionLocked', at, data: { lock, operator, reason } }]
  }
  const lock: Lock = {
    ...inForce,
    version: position.offset,
    level: 'HIGH',
    by: inForce.by === 'operator' ? 'operator' : by,
    grounds: 'proven',
    reasonUser: compromised,
    causes: withCause(inForce.causes, causeOf(data, state)),
  }
  return [...voided, { type: 'LockExtended', at, data: { lock, operator, reason } }]
}

/** A cause that is somebody else's takes the place of the latest one that a full lock has: it has to be answered for. */
function withCause(causes: readonly Cause[], cause: Cause): readonly Cause[] {
  const others = causes.filter(({ activity }) => activity !== cause.activity)
  return [...others.slice(0, CAUSES_MAX - 1), cause]
}

function causeOf({ activity, time, context, app, session }: RecordVerdict['data'], state: UserLocks): Cause {
  if (session === null || isEnded(state, app, session)) return { activity, time, context }
  return { activity, time, context, ends: { app, session } }
}
