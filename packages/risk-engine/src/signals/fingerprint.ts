import type { Signal } from '../assessment.ts'
import { familiarityOf } from '../familiarity.ts'
import type { SignalContext, SignalFamily } from '../signal.ts'
import { evidence, nothing, pointsOf, unavailable } from '../signal.ts'

const noFingerprint = unavailable('fingerprint.unavailable')

/** How well the fingerprint is known and whether others have the same. */
export const fingerprintSignals: SignalFamily = { name: 'fingerprint', evaluate: evaluateFingerprint }

function evaluateFingerprint(context: SignalContext): readonly Signal[] {
  const seen = context.seen.fingerprint
  if (seen === null) return noFingerprint
  if (context.settled.fingerprint) return nothing
  const facts = { seen, given: context.activity.fingerprint !== null }
  const familiarity = familiarityOf(seen)
  if (familiarity === 'unknown') {
    const tier = context.seen.device === 0 ? 0 : 1
    return [
      ...evidence('fingerprint.unknown', pointsOf(context, 'fingerprint.unknown', tier), facts),
      ...shared(context),
    ]
  }
  if (familiarity === 'established') return shared(context)
  return [...evidence('fingerprint.known', pointsOf(context, 'fingerprint.known', 0), facts), ...shared(context)]
}

function shared(context: SignalContext): readonly Signal[] {
  if (!context.activity.facts.fingerprintShared) return nothing
  return evidence('fingerprint.shared', pointsOf(context, 'fingerprint.shared', 0), { shared: true })
}
