export { factorKinds } from './allowed-factors.ts'
export type {
  AddFactor,
  DeadlinePassed,
  EndSession,
  LockCommand,
  LockRefusal,
  OperatorLock,
  OperatorUnlock,
  Position,
  RemoveFactor,
  RequireVerification,
  SubmitVerification,
  UseTicket,
} from './commands.ts'
export { equalContext, sameContext } from './context.ts'
export type { LockDecision, LockEvent } from './events.ts'
export { pushed } from './events.ts'
export { prune } from './prune.ts'
export { attemptsLeft, isEmpty, nextDeadline, retryAt } from './queries.ts'
export { decideOnce, remember, sessionLock } from './session-lock.ts'
export type {
  Attempts,
  Cause,
  Context,
  EndedBy,
  EndedSession,
  Factor,
  FactorKind,
  Lock,
  LockedBy,
  LockLevel,
  LockPolicy,
  LockScope,
  LockTarget,
  OnExpiry,
  Pass,
  Used,
  UserLocks,
} from './state.ts'
export { initialState } from './state.ts'
export type { LockStatus, StatusQuery } from './status.ts'
export { statusOf } from './status.ts'
