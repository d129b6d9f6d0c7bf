export { factorKinds } from './allowed-factors.ts'
export {
  type Assurance,
  assuranceOf,
  assurances,
  classAskedBy,
  classOfFactor,
  contextClasses,
  meetsClass,
  type ProvenFactor,
} from './assurance.ts'
export {
  type ApprovalPrompt,
  type Authorization,
  isOpen,
} from './authorization.ts'
export type {
  AnswerApproval,
  ConsumeAuthorization,
  PromptApprover,
  RecordApproval,
  RequestAuthorization,
} from './authorization-commands.ts'
export type {
  AddFactor,
  DeadlinePassed,
  EndSession,
  LockCommand,
  LockRefusal,
  OperatorLock,
  OperatorUnlock,
  RecordVerdict,
  RemoveFactor,
  RequestAdmission,
  RequireVerification,
  ResetFactors,
  ResetProfile,
  SubmitVerification,
  UseTicket,
  WithholdLock,
} from './commands.ts'
export { isStanding } from './given-verdicts.ts'
export { barsFactorChanges } from './factor-bar.ts'
export { sameContext } from './context.ts'
export { askForLock, type LockBudget, noLocksGranted } from './lock-budget.ts'
export type { AuthorizationEvent } from './authorization-events.ts'
export { pruneAuthorizations } from './evolve-authorizations.ts'
export type { LockEvent } from './events.ts'
export { AUTHORIZATION_TTL_MAX_MS } from './limits.ts'
export { prune } from './prune.ts'
export { attemptsLeft, isEmpty, nextDeadline, retryAt } from './queries.ts'
export { type Approver, whyClosed, whyNotApprover } from './record-approval.ts'
export type { Position } from './recorded.ts'
export { promptId, recordId, type Relay, relaysOf } from './relays.ts'
export { decideOnce, remember, sessionLock } from './session-lock.ts'
export type {
  Context,
  FactorKind,
  Lock,
  LockGrounds,
  LockPolicy,
  OnExpiry,
  UserLocks,
} from './state.ts'
export { initialState } from './state.ts'
export type { LockStatus, StatusQuery } from './status.ts'
export { statusOf } from './status.ts'
