import { type Activity, type ActivityRecord, assessmentId, type AssessmentRecord } from '@watchword/contracts'
import { parseAddress, type PolicyVersion } from '@watchword/policy'
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
    ...(assessment.decision === 'allow' ? nowhere : originOf(activity)),
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

type Origin = Pick<AssessmentRecord, 'ip' | 'country' | 'userAgent'>

/** Most decisions are "allow", and nobody is told of them: what they came from stands with the activity alone. */
const nowhere: Origin = { ip: null, country: null, userAgent: null }

function originOf({ ip, network, userAgent }: Activity): Origin {
  return { ip: parseAddress(ip ?? '')?.text ?? null, country: network?.country ?? null, userAgent }
}
