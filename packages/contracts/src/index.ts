export { assessedPlace, assessmentId } from './assessment-id.ts'
export { auditLead } from './audit-lead.ts'
export { type Codec, type Codecs, createCodecs, openCodecs, schemaText, UndecodableError } from './codec.ts'
export type {
  Activity,
  ActivityRecord,
  Agent,
  EntityFacts,
  Network,
  NetworkKind,
  Verdict,
  Verification,
} from './generated/activity.ts'
export type { ApiKey, App, AppRecord } from './generated/app.ts'
export type { AssessmentRecord } from './generated/assessment.ts'
export type { EndpointState } from './generated/endpoint.ts'
export type { Entity, EntityKind } from './generated/entity.ts'
export type { Factor, FactorState } from './generated/factor.ts'
export type { ApprovalPrompt, Authorization, Lock, LockState, Pass } from './generated/lock.ts'
export type { AdmissionRequested, ClientKind, Context, LockPolicy, MfaRecord, MfaRequired } from './generated/mfa.ts'
export type {
  DeliveryAttempted,
  DigestCounted,
  NotificationRaised,
  NotificationRecord,
} from './generated/notification.ts'
export type { PolicyRecord } from './generated/policy.ts'
export type { AdmissionDecided, AdmissionOutcome, SessionRecord } from './generated/session.ts'
export type { Sighting } from './generated/sighting.ts'
export { createHttpRegistry, type HttpRegistry } from './http-registry.ts'
export {
  agentHash,
  entityHash,
  entityKey,
  idPattern,
  ownerHash,
  shortHash,
  splitUserKey,
  userKey,
  wholeTenant,
} from './keys.ts'
export { decisionHeader } from './decision-header.ts'
export { deliveryGroup } from './delivery-group.ts'
export { logTimeOf } from './log-time.ts'
export { type PublicAssessment, publicAssessment, publicAssessmentSchema } from './public-assessment.ts'
export { createRowCodec } from './row-codec.ts'
export { createEmbeddedRegistry, type SchemaRegistry } from './registry.ts'
export { schemaRegistrySchema } from './schema-registry-config.ts'
export { SchemaRegistryError } from './schema-registry-error.ts'
export { checkSchemas, registerSchemas, type SchemaFinding } from './schemas-in-registry.ts'
export { rightsOf, serviceNames } from './service-rights.ts'
export {
  clusterTopics,
  logTopics,
  nameOfTopic,
  stageCatalogue,
  stateTopicOf,
  stateTopics,
  type TopicEntry,
  type TopicName,
  topicCatalogue,
  topicOf,
} from './topics.ts'
export type { TopicValues } from './topic-values.ts'
