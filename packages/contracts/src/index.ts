export { type Codec, type Codecs, createCodecs, schemaText, UndecodableError } from './codec.ts'
export type {
  Action,
  Activity,
  ActivityOutcome,
  ActivityRecord,
  ActivityType,
  Agent,
  EntityFacts,
  Network,
  NetworkKind,
  SignalFact,
  Verification,
  VerificationContext,
  VerificationKind,
} from './generated/activity.ts'
export type { ApiKey, App, AppRecord } from './generated/app.ts'
export type { AssessmentRecord, Decision, Level, PolicyReference, Signal } from './generated/assessment.ts'
export type { Entity, EntityKind } from './generated/entity.ts'
export type { Factor, FactorState } from './generated/factor.ts'
export type { Cause, EndedSession, FactorSummary, Lock, LockState, Pass } from './generated/lock.ts'
export type { Context, LockPolicy, LockScope, MfaRecord, MfaRequired, VerificationAttempted } from './generated/mfa.ts'
export type { PolicyRecord } from './generated/policy.ts'
export type { SessionRecord } from './generated/session.ts'
export type { Sighting } from './generated/sighting.ts'
export { agentHash, entityKey, idPattern, ownerHash, shortHash, splitUserKey, userKey } from './keys.ts'
export { type PublicAssessment, type PublicSignal, publicAssessment } from './public-assessment.ts'
export { createEmbeddedRegistry, type SchemaRegistry } from './registry.ts'
export { rightsOf, type ServiceRight, serviceNames } from './service-rights.ts'
export {
  logTopics,
  nameOfTopic,
  type StageEntry,
  stageCatalogue,
  type TopicEntry,
  type TopicName,
  topicCatalogue,
  topicOf,
} from './topics.ts'
export type { TopicValues } from './topic-values.ts'
