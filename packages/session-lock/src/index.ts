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
  ResetFactors,
  SubmitVerification,
  UseTicket,
} from './commands.ts'
export { sameContext } from './context.ts'
export type { LockEvent } from './events.ts'
export { prune } from './prune.ts'
export { attemptsLeft, isEmpty, nextDeadline, retryAt } from './queries.ts'
export { decideOnce, remember, sessionLock } from './session-lock.ts'
export type { Context, FactorKind, Lock, LockPolicy, OnExpiry, UserLocks } from './state.ts'
export { initialState } from './state.ts'
export type { LockStatus, StatusQuery } from './status.ts'
export { statusOf } from './status.ts'
