import { accept, refuse } from '@watchword/decider'
import { factorKinds } from './allowed-factors.ts'
import type { OperatorLock, OperatorUnlock } from './commands.ts'
import { endedSessionsOf } from './compromised.ts'
import { isEnded } from './ended-sessions.ts'
import type { LockDecision, LockEvent } from './events.ts'
import { lockOn, roomFor, targetOf } from './lock-target.ts'
import { newLock } from './new-lock.ts'
import type { Lock, UserLocks } from './state.ts'

const lockedByOperator: Readonly<Record<string, string>> = { en: 'An administrator asks you to verify.' }

/** Locks a session or the user at the highest level; a lock that is in force already becomes the operator's. */
export function operatorLock({ at, data, position }: OperatorLock, state: UserLocks): LockDecision {
  const { app, session, operator, reason, policy } = data
  if (app !== null && session !== null && isEnded(state, app, session)) return accept()
  const target = roomFor(state, targetOf({ scope: session === null ? 'user' : 'session', app, session, device: null }))
  const inForce = lockOn(state, target)
  if (inForce === null) {
    const lock = newLock(target, at, position, {
      by: 'operator',
      level: 'HIGH',
      reasonUser: lockedByOperator,
      factors: factorKinds,
      causes: [],
      policy,
      grounds: 'proven',
    })
    return accept({ type: 'SessionLocked', at, data: { lock, operator, reason } })
  }
  if (inForce.by === 'operator') return accept()
  const lock: Lock = { ...inForce, by: 'operator', grounds: 'proven', level: 'HIGH', version: position.offset }
  return accept({ type: 'LockExtended', at, data: { lock, operator, reason } })
}

/** Opens one lock, or all of them; what is open already stays so. Sessions confirmed to be somebody else's do not open but end. */
export function operatorUnlock({ at, data }: OperatorUnlock, state: UserLocks): LockDecision {
  const named = data.lock === null ? state.locks : state.locks.filter((lock) => lock.id === data.lock)
  if (data.version !== null && named.some((lock) => lock.version !== data.version)) return refuse('stale-version')
  const compromised = named.flatMap((lock) => lock.compromised)
  const ended = endedSessionsOf(compromised, at, 'verdict', state)
  const open = named.filter(
    (lock) => !ended.some(({ data: { app, session } }) => lock.app === app && lock.session === session),
  )
  return accept(...ended, ...open.map((lock) => opened(lock, at, data.operator, data.reason)))
}

function opened(lock: Lock, at: number, operator: string, reason: string): LockEvent {
  const { id, version, scope, app, session, device } = lock
  return {
    type: 'SessionUnlocked',
    at,
    data: { lock: id, version, scope, app, session, device, by: 'operator', operator, reason },
  }
}
