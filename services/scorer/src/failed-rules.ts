import type { PolicyVersion } from '@watchword/policy'
import type { Activity, Assessment } from '@watchword/risk-engine'

/** Names the policy's rules that could not be evaluated on this activity: they did not match, and that must be seen. */
export function withFailedRules(assessment: Assessment, activity: Activity, policy: PolicyVersion): Assessment {
  if (policy.document.rules.length === 0) return assessment
  const failed = policy.failedRules({ ...assessment, activity })
  if (failed.length === 0) return assessment
  const signals = failed.map(
    (rule) => ({ code: 'rule.failed', points: 0, status: 'unavailable', evidence: { rule } }) as const,
  )
  return { ...assessment, signals: [...assessment.signals, ...signals] }
}
