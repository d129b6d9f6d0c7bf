import type { Signal } from '../assessment.ts'
import { familiarityOf } from '../familiarity.ts'
import type { SignalContext, SignalFamily } from '../signal.ts'
import { evidence, nothing, pointsOf, unavailable } from '../signal.ts'

const noAddress = unavailable('ip.unavailable')

/** How well the exact address is known; addresses that are not public say nothing. */
export const addressSignals: SignalFamily = { name: 'address', evaluate: evaluateAddress }

function evaluateAddress(context: SignalContext): readonly Signal[] {
  const seen = context.seen.address
  const { network } = context.activity
  if (seen === null || network === null) return noAddress
  if (context.settled.address || network.trusted !== null) return nothing
  const familiarity = familiarityOf(seen)
  if (familiarity === 'established') return nothing
  const code = familiarity === 'known' ? 'ip.known' : 'ip.unknown'
  return evidence(code, pointsOf(context, code, 0), { ip: network.address, seen })
}
