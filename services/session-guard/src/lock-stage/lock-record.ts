import type { Factor, FactorState, Lock, LockState, Pass } from '@watchword/contracts'
import { attemptsLeft, type Lock as StageLock, type UserLocks } from '@watchword/session-lock'
import { authorizationRecordOf, promptRecordOf } from './authorization-record.ts'

/** Whose state it is. */
export type Owner = Readonly<{ tenant: string; user: string }>

/** A lock as the log shows it. */
export function lockRecordOf(state: UserLocks, lock: StageLock, at: number): Lock {
  const { id, version, scope, app, session, device, level, reasonUser, factors, since, by, causes, policy, grounds } =
    lock
  const left = attemptsLeft(state, lock, at)
  return {
    id,
    version,
    scope,
    app,
    session,
    device,
    level,
    reasonUser,
    factors,
    since,
    by,
    causes,
    attemptsLeft: left,
    policy,
    grounds,
  }
}

/** What every replica needs to know of a user, without the stage's own book-keeping. */
export function lockStateOf(owner: Owner, state: UserLocks, version: number): LockState {
  const { at, seq } = state
  return {
    ...owner,
    version,
    seq,
    at,
    locks: state.locks.map((lock) => lockRecordOf(state, lock, at)),
    endedSessions: state.endedSessions.map(({ app, session, at: endedAt }) => ({ app, session, at: endedAt })),
    passes: state.passes.map(passOf),
    factors: activeFactors(state).map(({ id, kind }) => ({ id, kind })),
    blockedUntil: state.attempts.blockedUntil,
    authorizations: state.authorizations.owned.map(authorizationRecordOf),
    prompts: state.authorizations.prompts.filter(({ isOpen }) => isOpen).map(promptRecordOf),
  }
}

/** The user's factors with their sealed secrets. */
export function factorStateOf(owner: Owner, state: UserLocks, version: number): FactorState {
  return { ...owner, version, factors: state.factors.map(factorOf) }
}

export function activeFactors(state: UserLocks): UserLocks['factors'] {
  return state.factors.filter((factor) => factor.status === 'active')
}

function passOf(pass: UserLocks['passes'][number]): Pass {
  const { id, app, session, device, context, level, factorKind, at, until, onExpiry } = pass
  return { id, app, session, device, context, level, factorKind, at, until, onExpiry }
}

function factorOf(factor: UserLocks['factors'][number]): Factor {
  const { id, kind, status, name, addedAt, activatedAt, lastStep, sealed, backedUp } = factor
  return { id, kind, status, name, addedAt, activatedAt, lastStep, sealed, backedUp }
}
