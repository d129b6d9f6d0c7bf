import type { ActivityRecord } from './generated/activity.ts'
import type { AppRecord } from './generated/app.ts'
import type { AssessmentRecord } from './generated/assessment.ts'
import type { EndpointState } from './generated/endpoint.ts'
import type { Entity } from './generated/entity.ts'
import type { FactorState } from './generated/factor.ts'
import type { LockState } from './generated/lock.ts'
import type { MfaRecord } from './generated/mfa.ts'
import type { NotificationRecord } from './generated/notification.ts'
import type { PolicyRecord } from './generated/policy.ts'
import type { SessionRecord } from './generated/session.ts'
import type { Sighting } from './generated/sighting.ts'

/** What a record of each topic holds. */
export type TopicValues = Readonly<{
  activity: ActivityRecord
  assessment: AssessmentRecord
  mfa: MfaRecord
  session: SessionRecord
  lock: LockState
  factor: FactorState
  sighting: Sighting
  entity: Entity
  policy: PolicyRecord
  app: AppRecord
  notification: NotificationRecord
  endpoint: EndpointState
}>
