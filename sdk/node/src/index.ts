export type { Activity, ActivityResult, Assessment } from './activity.ts'
export type {
  AuthorizationRequest,
  Authorizations,
  Authorized,
  AuthorizedAction,
  AuthorizeOptions,
  Consumption,
  PendingAuthorization,
} from './authorizations.ts'
export type {
  AnswerContext,
  BackendCalls,
  Challenge,
  ChallengeResponse,
  Ticket,
  TotpEnrolment,
  Verification,
} from './backend-calls.ts'
export type { CallOptions } from './call-options.ts'
export type { Admission, AdmitOptions, ConnectionRequest, Connections } from './connections.ts'
export type { FailureMode } from './failure-modes.ts'
export type { Guard, Verdict } from './guard.ts'
export type { Lock } from '@watchword/frames'
export type { Proof, Requester, Status, Subject } from './status.ts'
export {
  createMfaTokenVerifier,
  type ExpectedProof,
  type MfaProof,
  type MfaTokenVerifier,
  type MfaTokenVerifierConfig,
} from './mfa-token.ts'
export type { Refusal } from './refusal.ts'
export type { Release, ReleaseReview } from './release-journal.ts'
export type { Replica, ReplicaOptions } from './replica.ts'
export { activityFromRequest, type RequestActivityOptions } from './request-activity.ts'
export type { Attempt } from './attempt.ts'
export type { ChallengePageOptions } from './challenge-page.ts'
export type { GuardOptions } from './guard-options.ts'
export { authorizationHeader, type RequireAuthorizationOptions } from './require-authorization.ts'
export type { RequireVerifiedOptions } from './require-verified.ts'
export type { Runtime } from './runtime.ts'
export { defaultTunings, type Tunings, type WatchwordConfig } from './settings.ts'
export type { ApprovalRequest, Subscription, SubscriptionHandlers } from './subscription.ts'
export { parseTrustedProxies, type TrustedProxies } from './trusted-proxies.ts'
export type { UserNames } from '@watchword/user-names'
export type { UserStatus } from './user-status.ts'
export { createWatchword, type Watchword } from './watchword.ts'
export type { Answers, ProblemCode } from './generated/answers.ts'
export { type Problem, type SdkErrorCode, WatchwordError, type WatchwordErrorCode } from './watchword-error.ts'
