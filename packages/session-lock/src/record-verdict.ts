import { accept, refuse } from '@watchword/decider'
import { factorKinds } from './allowed-factors.ts'
import { endedSessionsOf, withCompromised } from './compromised.ts'
import type { RecordVerdict, ResetProfile } from './commands.ts'
import type { LockDecision, LockEvent } from './events.ts'
import { isStanding } from './given-verdicts.ts'
import { CAUSES_MAX } from './limits.ts'
import { lockOn, wholeUser } from './lock-target.ts'
import { newLock } from './new-lock.ts'
import { voidedPass } from './passes.ts'
import type { Cause, Compromised, Lock, UserLocks } from './state.ts'
import { useTicket } from './use-ticket.ts'

const mayBeOthers: Readonly<Record<string, string>> = {
  en: 'Somebody else may have used your account. Please verify that it is you.',
}

/**
 * Records what an assessed activity was; the latest verdict of an assessment counts, but the user's never above an operator's of compromised, and the
 * same one again is not recorded. One by a ticket of
 * the user uses it up. "confirmed-compromised" locks the whole user, also again where the lock was opened since; no verdict opens anything.
 */
export function recordVerdict(command: RecordVerdict, state: UserLocks): LockDecision {
  const { at, data } = command
  const { assessment, activity, app, session, verdict, by, operator, note, assessed } = data
  const used = usedTicket(command, state)
  if (!used.accepted) return refuse(used.refusal)
  const isSaid = isStanding(state.verdicts, data)
  const recorded: LockEvent = {
    type: 'VerdictRecorded',
    at,
    data: { assessment, activity, app, session, verdict, by, operator, note, assessed },
  }
  const isKept = isSaid && lockOn(state, wholeUser) !== null
  const locked = verdict === 'confirmed-compromised' && !isKept ? lockedBy(command, state) : []
  return accept(...used.events, ...(isSaid ? [] : [recorded]), ...locked)
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
  const inForce = lockOn(state, wholeUser)
  const by = data.by === 'operator' ? 'operator' : 'risk'
  if (inForce === null) {
    const terms = {
      by,
      level: 'HIGH',
      reasonUser: mayBeOthers,
      factors: factorKinds,
      policy,
      grounds: 'proven',
    } as const
    const lock = newLock(wholeUser, at, position, {
      ...terms,
      causes: [causeOf(data)],
      compromised: [compromisedOf(data)],
    })
    return [...voided, { type: 'SessionLocked', at, data: { lock, operator, reason } }]
  }
  const latest = compromisedOf(data)
  const compromised = withCompromised(inForce.compromised, latest)
  const lock: Lock = {
    ...inForce,
    version: position.offset,
    level: 'HIGH',
    by: inForce.by === 'operator' ? 'operator' : by,
    grounds: 'proven',
    reasonUser: mayBeOthers,
    ...withCause(inForce, causeOf(data)),
    suspectSince: Math.min(inForce.suspectSince, data.time),
    compromised,
  }
  const ended = compromised.includes(latest) ? [] : endedSessionsOf([latest], at, 'verdict', state)
  return [...voided, { type: 'LockExtended', at, data: { lock, operator, reason } }, ...ended]
}

/**
 * The causes with one more. In a full lock it takes the place of the latest one that no verdict speaks of, and what is not kept is counted: an
 * answer has to account for it all the same.
 */
function withCause(lock: Lock, cause: Cause): Pick<Lock, 'causes' | 'moreCauses'> {
  const { moreCauses } = lock
  const others = lock.causes.filter(({ assessment }) => assessment !== cause.assessment)
  if (others.length < CAUSES_MAX) return { causes: [...others, cause], moreCauses }
  const said = new Set<string | null>(lock.compromised.map(({ assessment }) => assessment))
  const place = others.findLastIndex(({ assessment }) => !said.has(assessment))
  const causes = place === -1 ? others : [...others.toSpliced(place, 1), cause]
  return { causes, moreCauses: moreCauses + 1 }
}

function causeOf({ assessment, activity, time, context }: RecordVerdict['data']): Cause {
  return { assessment, activity, time, context }
}

function compromisedOf({ assessment, app, session, context }: RecordVerdict['data']): Compromised {
  return { assessment, app, session, context }
}
