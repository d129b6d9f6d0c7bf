import { type Activity, type ActivityRecord, agentHash, assessmentId, type MfaRecord } from '@watchword/contracts'
import { lockPolicyOf, type PolicyVersion } from '@watchword/policy'
import type { Assessment, LockDemand } from '@watchword/risk-engine'
import type { StageContext } from '@watchword/stream'

const anyFactor = ['webauthn', 'totp', 'recovery-code']

/** What the scorer asks of the lock stage: it can only ever ask for more proof. */
export function mfaRequired(
  record: ActivityRecord,
  activity: Activity,
  assessment: Assessment,
  demand: LockDemand,
  policy: PolicyVersion,
  { partition, offset, time }: StageContext,
): MfaRecord {
  return {
    tenant: record.tenant,
    user: record.user,
    receivedAt: time,
    commandId: `profile-${partition}-${offset}`,
    mac: null,
    body: {
      type: 'mfa-required',
      data: {
        assessment: assessmentId({ partition, offset }),
        activity: activity.id,
        app: activity.app,
        session: activity.session,
        device: activity.device,
        scope: demand.scope,
        level: assessment.level,
        context: {
          device: activity.device,
          fingerprint: activity.fingerprint,
          network: activity.network?.prefix ?? null,
          agent: activity.userAgent === null ? null : agentHash(activity.userAgent),
        },
        time,
        reasonUser: assessment.reasonUser,
        factors: demand.factors ?? anyFactor,
        policy: lockPolicyOf(policy.document),
      },
    },
  }
}
