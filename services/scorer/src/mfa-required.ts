import {
  type Activity,
  type ActivityRecord,
  agentHash,
  assessmentId,
  type MfaRecord,
  wholeTenant,
} from '@watchword/contracts'
import { lockoutsPerMinute, lockPolicyOf, type PolicyVersion } from '@watchword/policy'
import type { Assessment, LockDemand } from '@watchword/risk-engine'
import type { StageContext } from '@watchword/stream'

const anyFactor = ['webauthn', 'totp', 'recovery-code']

type Demanded = Readonly<{ activity: Activity; assessment: Assessment; demand: LockDemand; policy: PolicyVersion }>

/** What the scorer asks of the lock stage: it can only ever ask for more proof. */
export function mfaRequired({ tenant, user }: ActivityRecord, demanded: Demanded, context: StageContext): MfaRecord {
  return { ...head(context), tenant, user, body: { type: 'mfa-required', data: demandOf(demanded, context) } }
}

/** What is asked of the tenant first: a whole user would be locked, and on nothing that anybody has proved. */
export function lockAsked({ tenant, user }: ActivityRecord, demanded: Demanded, context: StageContext): MfaRecord {
  const usersPerMinute = lockoutsPerMinute(demanded.policy.source)
  const data = { user, usersPerMinute, demand: demandOf(demanded, context) }
  return { ...head(context), tenant, user: wholeTenant, body: { type: 'lock-asked', data } }
}

/** Whether it has to be asked first: a lock on a session or a device reaches nobody who does not name it. */
export function isAskedFirst({ scope, grounds }: LockDemand): boolean {
  return scope === 'user' && grounds === 'unproven'
}

function head({ partition, offset, time }: StageContext) {
  return { receivedAt: time, commandId: `profile-${partition}-${offset}`, mac: null }
}

function demandOf({ activity, assessment, demand, policy }: Demanded, { partition, offset, time }: StageContext) {
  return {
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
    grounds: demand.grounds,
  }
}
