import type { Signal } from '../assessment.ts'
import type { SignalContext, SignalFamily } from '../signal.ts'
import { evidence, nothing, pointsOf, unavailable } from '../signal.ts'

const noTravel = unavailable('travel.unavailable')

/** Whether the user can have travelled here from the last places. */
export const travelSignals: SignalFamily = { name: 'travel', evaluate: evaluateTravel }

/** What travel gives; country and network change count only beyond it. */
export function travelPoints(context: SignalContext): number {
  const { verdict } = context.travel
  if (verdict === 'cross-border') return pointsOf(context, 'travel.impossible', 0)
  return verdict === 'domestic' ? pointsOf(context, 'travel.impossible', 1) : 0
}

function evaluateTravel(context: SignalContext): readonly Signal[] {
  const { travel, activity } = context
  if (activity.network === null || travel.verdict === 'unavailable') return noTravel
  if (travel.verdict === 'possible') return nothing
  return evidence('travel.impossible', travelPoints(context), {
    from: travel.from,
    to: activity.network.country,
    km: Math.round(travel.km),
    kmh: Math.round(travel.kmh),
  })
}
