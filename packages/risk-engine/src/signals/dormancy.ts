import type { Signal } from '../assessment.ts'
import type { SignalContext, SignalFamily } from '../signal.ts'
import { evidence, nothing, pointsOf } from '../signal.ts'

const dayMs = 86_400_000
const dormantDays = 90

/** The user was away for long. */
export const dormancySignals: SignalFamily = { name: 'dormancy', evaluate: evaluateDormancy }

function evaluateDormancy(context: SignalContext): readonly Signal[] {
  const { lastLoginAt } = context.profile
  if (lastLoginAt === null) return nothing
  const days = Math.floor((context.activity.receivedAt - lastLoginAt) / dayMs)
  return days <= dormantDays ? nothing : evidence('user.dormant', pointsOf(context, 'user.dormant', 0), { days })
}
