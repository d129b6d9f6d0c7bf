import type { Signal } from '../assessment.ts'
import type { SignalContext, SignalFamily } from '../signal.ts'
import { evidence, nothing, pointsOf } from '../signal.ts'

const recentMs = 24 * 3_600_000

/** A credential was changed lately from a device that was not established, or there is another reason to doubt it. */
export const credentialSignals: SignalFamily = { name: 'credential', evaluate: evaluateCredential }

function evaluateCredential(context: SignalContext): readonly Signal[] {
  const changedAt = context.profile.credentialChangedAt
  if (changedAt === null) return nothing
  const agoMs = context.activity.receivedAt - changedAt
  if (agoMs > recentMs) return nothing
  const minutesAgo = Math.floor(Math.max(0, agoMs) / 60_000)
  return evidence('credential.recent-change', pointsOf(context, 'credential.recent-change', 0), { minutesAgo })
}
