import type { Signal } from '../assessment.ts'
import { decayedTo } from '../decayed-counter.ts'
import type { SignalContext, SignalFamily } from '../signal.ts'
import { evidence, nothing, pointsOf } from '../signal.ts'

/** Half-life of the count of failures, in milliseconds. */
export const failuresHalfLifeMs = 3_600_000

/** Failed logins before this one. */
export const failureSignals: SignalFamily = { name: 'failures', evaluate: evaluateFailures }

function evaluateFailures(context: SignalContext): readonly Signal[] {
  const { activity, profile } = context
  if (activity.type !== 'login' || profile.failures.count === 0) return nothing
  const failures = Math.round(decayedTo(profile.failures, activity.receivedAt, failuresHalfLifeMs))
  if (failures < 3) return nothing
  const tier = failures >= 10 ? 0 : failures >= 6 ? 1 : 2
  return evidence('login.failures', pointsOf(context, 'login.failures', tier), { failures })
}
