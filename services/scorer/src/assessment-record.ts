import { type Activity, type ActivityRecord, assessmentId, type AssessmentRecord } from '@watchword/contracts'
import type { PolicyVersion } from '@watchword/policy'
import { type Assessment, engineVersion } from '@watchword/risk-engine'
import type { StageContext } from '@watchword/stream'

/** The decision as it goes on the log: everything that is needed to explain it later. */
export function assessmentRecord(
  record: ActivityRecord,
  activity: Activity,
  assessment: Assessment,
  policy: PolicyVersion,
  { partition, offset, time }: StageContext,
): AssessmentRecord {
  return {
    tenant: record.tenant,
    user: record.user,
    id: assessmentId({ partition, offset }),
    activity: activity.id,
    app: activity.app,
    session: activity.session,
    device: activity.device,
    type: activity.type,
    outcome: activity.outcome,
    time: activity.time,
    receivedAt: time,
    score: Math.round(assessment.score),
    level: assessment.level,
    previousLevel: assessment.previousLevel,
    probability: assessment.probability,
    decision: assessment.decision,
    signals: assessment.signals,
    reasonUser: assessment.reasonUser,
    reasonAdmin: assessment.reasonAdmin,
    policy: { profile: policy.document.profile, version: policy.version, hash: policy.hash },
    engine: engineVersion,
    sources: activity.sources,
    causes: [`activity-${partition}-${offset}`],
    trained: assessment.trained,
    late: activity.late,
  }
}
