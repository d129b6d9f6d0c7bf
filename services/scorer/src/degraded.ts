import type { Activity, Assessment, Policy } from '@watchword/risk-engine'
import { lockDemand } from '@watchword/risk-engine'

/** The judgement of a user of whom a record could not be read: at least step-up, until a verification clears it. */
export function distrust(assessment: Assessment, activity: Activity, policy: Policy): Assessment {
  if (assessment.lock !== null || activity.outcome === 'failed') return assessment
  return {
    ...assessment,
    decision: 'step-up',
    signals: [...assessment.signals, { code: 'history.unreadable', points: 0, status: 'unavailable', evidence: {} }],
    reasonAdmin: `${assessment.reasonAdmin} history.unreadable`.trim(),
    // Nobody outside can make a record unreadable.
    lock: lockDemand(activity, policy, null, 'proven'),
  }
}
