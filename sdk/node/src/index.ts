export type { Activity, ActivityResult, Assessment } from './activity.ts'
export type {
  AnswerContext,
  BackendCalls,
  CallOptions,
  Challenge,
  ChallengeResponse,
  Ticket,
  TotpEnrolment,
  Verification,
} from './backend-calls.ts'
export type { FailureMode } from './failure-modes.ts'
export type { Guard, Verdict } from './guard.ts'
export type { Lock, Status, Subject } from './lock.ts'
export {
  createMfaTokenVerifier,
  type ExpectedProof,
  type MfaProof,
  type MfaTokenVerifier,
  type MfaTokenVerifierConfig,
} from './mfa-token.ts'
export type { Refusal } from './refusal.ts'
export type { Release } from './release-journal.ts'
export type { Replica, ReplicaOptions } from './replica.ts'
export { activityFromRequest, type RequestActivityOptions } from './request-activity.ts'
export type { GuardOptions } from './guard-options.ts'
export type { RequireVerifiedOptions } from './require-verified.ts'
export type { Runtime } from './runtime.ts'
export { defaultTunings, type Tunings, type WatchwordConfig } from './settings.ts'
export type { Subscription, SubscriptionHandlers } from './subscription.ts'
export { parseTrustedProxies, type TrustedProxies } from './trusted-proxies.ts'
export type { UserStatus } from './user-status.ts'
export { createWatchword, type Watchword } from './watchword.ts'
export { type Problem, type SdkErrorCode, WatchwordError } from './watchword-error.ts'
