import { accept, refuse } from '@watchword/decider'
import { factorKinds } from './allowed-factors.ts'
import type { RecordVerdict, ResetProfile } from './commands.ts'
import type { LockDecision, LockEvent } from './events.ts'
import { isEnded } from './ended-sessions.ts'
import { isStanding } from './given-verdicts.ts'
import { CAUSES_MAX, COMPROMISED_MAX } from './limits.ts'
import { lockOn, targetOf } from './lock-target.ts'
import { newLock } from './new-lock.ts'
import { voidedPass } from './passes.ts'
import type { Cause, Compromised, Lock, UserLocks } from './state.ts'
import { useTicket } from './use-ticket.ts'

const mayBeOthers: Readonly<Record<string, string>> = {
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
      reasonUser: mayBeOthers,
      factors: factorKinds,
      policy,
      grounds: 'proven',
    } as const
    const lock = newLock(target, at, position, {
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
  const ended = compromised.includes(latest) ? [] : endedNow(at, latest, state)
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

/** What the answer to the lock has to end; the same list where it has no room for another one. */
function withCompromised(compromised: readonly Compromised[], latest: Compromised): readonly Compromised[] {
  const others = compromised.filter(({ assessment }) => assessment !== latest.assessment)
  return others.length < COMPROMISED_MAX ? [...others, latest] : compromised
}

function endedNow(at: number, { app, session }: Compromised, state: UserLocks): readonly LockEvent[] {
  if (session === null || isEnded(state, app, session)) return []
  return [{ type: 'SessionEnded', at, data: { app, session, by: 'verdict', reason: 'confirmed-compromised' } }]
}

function causeOf({ assessment, activity, time, context }: RecordVerdict['data']): Cause {
  return { assessment, activity, time, context }
}

function compromisedOf({ assessment, app, session, context }: RecordVerdict['data']): Compromised {
  return { assessment, app, session, context }
}
