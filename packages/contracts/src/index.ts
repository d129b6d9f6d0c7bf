export { auditLead } from './audit-lead.ts'
export {
  type Codec,
  type Codecs,
  type CodecsConfig,
  createCodecs,
  type FramedRecord,
  openCodecs,
  type OpenCodecs,
  schemaText,
  UndecodableError,
} from './codec.ts'
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
export { createHttpRegistry, type HttpRegistry, type HttpRegistryConfig } from './http-registry.ts'
export {
  agentHash,
  canonicalUser,
  entityKey,
  idPattern,
  isPlainText,
  ownerHash,
  shortHash,
  splitUserKey,
  userKey,
  userRule,
} from './keys.ts'
export { type PublicAssessment, publicAssessment, publicAssessmentSchema } from './public-assessment.ts'
export { createEmbeddedRegistry, type RegisteredSchema, type SchemaRegistry } from './registry.ts'
export { type SchemaRegistryConfig, schemaRegistrySchema } from './schema-registry-config.ts'
export { SchemaRegistryError, type SchemaRegistryErrorCode } from './schema-registry-error.ts'
export { checkSchemas, registerSchemas, type SchemaFinding } from './schemas-in-registry.ts'
export { rightsOf, type ServiceRight, serviceNames } from './service-rights.ts'
export {
  clusterTopics,
  type KeptTopic,
  logTopics,
  nameOfTopic,
  type StageEntry,
  stageCatalogue,
  stateTopicOf,
  stateTopics,
  type TopicEntry,
  type TopicName,
  topicCatalogue,
  topicOf,
} from './topics.ts'
export type { TopicValues } from './topic-values.ts'
