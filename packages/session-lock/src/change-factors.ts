import { accept, refuse } from '@watchword/decider'
import { isBlocked } from './attempts.ts'
import type { AddFactor, RemoveFactor } from './commands.ts'
import { isEnded } from './ended-sessions.ts'
import type { LockDecision, LockEvent } from './events.ts'
import { FACTORS_MAX } from './limits.ts'
import { hasRoom, isUsed, removedFactorUse } from './single-use.ts'
import type { Factor, UserLocks } from './state.ts'

/** Whether no factor may be enrolled now: while locked or blocked, save the first one of all, by the backend's ticket. */
export function isEnrolmentLocked(state: UserLocks, at: number, ticket: boolean): boolean {
  const hasNone = state.factors.every((factor) => factor.status === 'pending')
  return isAtRisk(state, at) && !(hasNone && ticket)
}

/** Whether the session that a factor is to be enrolled in has ended: what was minted for it before its thief was found out outlives it. */
export function isOver(state: UserLocks, app: string | null, session: string | null): boolean {
  return session !== null && isEnded(state, app, session)
}

/** Enrols a factor: TOTP waits for its first code; a passkey and recovery codes, which the edge has checked or made, are active. */
export function addFactor({ at, data }: AddFactor, state: UserLocks): LockDecision {
  const { factor: id, kind, name, sealed, ticket: byTicket, app, session } = data
  if (isEnrolmentLocked(state, at, byTicket) || isOver(state, app, session)) return refuse('locked')
  if (state.factors.some((factor) => factor.id === id)) return refuse('factor-exists')
  if (isUsed(state, removedFactorUse(id))) return refuse('factor-exists')

  const replaced = kind === 'recovery-code' ? state.factors.filter((factor) => factor.kind === kind) : []
  if (state.factors.length - replaced.length >= FACTORS_MAX) return refuse('too-many-factors')
  if (replaced.length > 0 && !hasRoom(state)) return refuse('too-many-uses')
  const factor: Factor = {
    id,
    kind,
    status: 'pending',
    name,
    addedAt: at,
    activatedAt: null,
    lastStep: null,
    sealed,
    byTicket,
  }
  const removals = replaced.map((old) => removal(old, at, 'replaced'))
  const added: LockEvent = { type: 'FactorAdded', at, data: { factor } }
  if (kind === 'totp') return accept(...removals, added)
  return accept(...removals, added, { type: 'FactorActivated', at, data: { factor: id, kind } })
}

/** Removes a factor; the user cannot while locked, an operator can. */
export function removeFactor({ at, data }: RemoveFactor, state: UserLocks): LockDecision {
  const factor = state.factors.find((one) => one.id === data.factor)
  if (factor === undefined) return accept()
  if (data.by === 'user' && isAtRisk(state, at)) return refuse('locked')
  if (!hasRoom(state)) return refuse('too-many-uses')
  return accept(removal(factor, at, data.by))
}

function removal(factor: Factor, at: number, by: 'user' | 'operator' | 'replaced'): LockEvent {
  return { type: 'FactorRemoved', at, data: { factor: factor.id, kind: factor.kind, by } }
}

function isAtRisk(state: UserLocks, at: number): boolean {
  return state.locks.length > 0 || isBlocked(state, at)
}
