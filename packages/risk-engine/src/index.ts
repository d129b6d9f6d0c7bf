export type {
  Activity,
  ActivityAction,
  ActivityAgent,
  ActivityNetwork,
  ActivityOutcome,
  ActivityType,
  CarriedSignal,
  NetworkKind,
} from './activity.ts'
export { applyVerification } from './apply-verification.ts'
export type { VerificationOutcome } from './apply-verification.ts'
export { assess, engineVersion } from './assess.ts'
export type { Assessment, Evidence, LockDemand, Signal } from './assessment.ts'
export type { Decision, Level } from './level.ts'
export { signalCatalogue } from './catalogue.ts'
export type { SignalClass, SignalCode, SignalDescription } from './catalogue.ts'
export { PolicyError, compilePolicy } from './compiled-policy.ts'
export type { CompiledPolicy } from './compiled-policy.ts'
export type { RuleFacts, RuleMatches } from './decide.ts'
export { lockDemand } from './lock-demand.ts'
export { observe } from './observe.ts'
export { defaultPolicy, strictPolicy } from './policy.ts'
export type {
  Cuts,
  FailureMode,
  Policy,
  PolicyRule,
  SignalOverride,
  TrustedNetwork,
  Verification,
} from './policy.ts'
export { emptyProfile, profileBounds } from './profile.ts'
export type { Profile } from './profile.ts'
