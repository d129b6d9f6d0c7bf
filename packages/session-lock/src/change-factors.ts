import { accept, refuse } from '@watchword/decider'
import { isBlocked } from './attempts.ts'
import type { AddFactor, LockRefusal, RemoveFactor, ResetFactors } from './commands.ts'
import { isEnded } from './ended-sessions.ts'
import type { LockDecision, LockEvent } from './events.ts'
import { barsFactorChanges } from './factor-bar.ts'
import { factorProved } from './factor-proved.ts'
import { FACTORS_MAX } from './limits.ts'
import { challengeUse, hasRoom, isUsed, removedFactorUse } from './single-use.ts'
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
  const { factor: id, kind, name, sealed, ticket: byTicket } = data
  const replaced = kind === 'recovery-code' ? state.factors.filter((factor) => factor.kind === kind) : []
  const refusal = refusalOf({ at, data }, state, replaced.length)
  if (refusal !== null) return refuse(refusal)
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
    backedUp: data.backedUp,
  }
  const removals = replaced.map((old) => removal(old, at, 'replaced'))
  const added: LockEvent = { type: 'FactorAdded', at, data: { factor } }
  if (kind === 'totp') return accept(...removals, added)
  const activated: LockEvent = { type: 'FactorActivated', at, data: { factor: id, kind } }
  if (kind === 'recovery-code') return accept(...removals, added, activated)
  return accept<LockEvent>(added, activated, factorProved(at, factor, data))
}

function refusalOf({ at, data }: Pick<AddFactor, 'at' | 'data'>, state: UserLocks, freed: number): LockRefusal | null {
  if (isEnrolmentLocked(state, at, data.ticket) || isOver(state, data.app, data.session)) return 'locked'
  if (state.ticketOnly && !data.ticket) return 'ticket-needed'
  const isTaken = state.factors.some((factor) => factor.id === data.factor)
  if (isTaken || isUsed(state, removedFactorUse(data.factor))) return 'factor-exists'
  if (data.kind === 'webauthn' && isSpent(state, at, data)) return 'stale-challenge'
  if (state.factors.length - freed >= FACTORS_MAX) return 'too-many-factors'
  const uses = freed + (data.kind === 'webauthn' ? 1 : 0)
  return hasRoom(state, uses) ? null : 'too-many-uses'
}

function isSpent(state: UserLocks, at: number, { challenge, challengeExpiresAt }: AddFactor['data']): boolean {
  if (challenge === null || challengeExpiresAt === null || at >= challengeExpiresAt) return true
  return isUsed(state, challengeUse(challenge))
}

/** Removes a factor; the user cannot while locked, an operator can. */
export function removeFactor({ at, data }: RemoveFactor, state: UserLocks): LockDecision {
  const factor = state.factors.find((one) => one.id === data.factor)
  if (factor === undefined) return accept()
  if (data.by === 'user' && isAtRisk(state, at)) return refuse('locked')
  if (!hasRoom(state)) return refuse('too-many-uses')
  return accept(removal(factor, at, data.by))
}

/** Removes every factor, pending ones too, also of a user who is locked; opens nothing. */
export function resetFactors({ at, data }: ResetFactors, state: UserLocks): LockDecision {
  const { factors } = state
  if (factors.length === 0 && state.ticketOnly) return accept()
  if (!hasRoom(state, factors.length)) return refuse('too-many-uses')
  const removals = factors.map((factor) => removal(factor, at, 'operator'))
  return accept(...removals, { type: 'FactorsReset', at, data: { ...data, removed: factors.length } })
}

function removal(factor: Factor, at: number, by: 'user' | 'operator' | 'replaced'): LockEvent {
  return { type: 'FactorRemoved', at, data: { factor: factor.id, kind: factor.kind, by } }
}

function isAtRisk(state: UserLocks, at: number): boolean {
  const hasFactor = state.factors.some((factor) => factor.status !== 'pending')
  return barsFactorChanges(state.locks, hasFactor) || isBlocked(state, at)
}
