import type { Signal } from '../assessment.ts'
import { familiarityOf } from '../familiarity.ts'
import type { SignalContext, SignalFamily } from '../signal.ts'
import { evidence, nothing, pointsOf, unavailable } from '../signal.ts'
import { travelPoints } from './travel.ts'

const noCountry = unavailable('country.unavailable')

/** How well the country is known, and whether the policy blocks it. */
export const countrySignals: SignalFamily = { name: 'country', evaluate: evaluateCountry }

function evaluateCountry(context: SignalContext): readonly Signal[] {
  const country = context.activity.network?.country ?? null
  const { seen } = context
  if (country === null || seen.country === null) return noCountry
  const novelty = evaluateNovelty(context, country, seen.country)
  if (!context.policy.blockedCountries.has(country)) return novelty
  return [...novelty, ...evidence('country.blocked', pointsOf(context, 'country.blocked', 0), { country })]
}

function evaluateNovelty(context: SignalContext, country: string, seen: number): readonly Signal[] {
  if (context.settled.country || context.activity.network?.trusted !== null) return nothing
  const familiarity = familiarityOf(seen)
  if (familiarity === 'established') return nothing
  const hotspot = familiarity === 'unknown' && context.hotspot
  const code = familiarity === 'known' || hotspot ? 'country.known' : 'country.unknown'
  // Being there and having got there are one fact: together they give the greater of the two.
  const points = Math.max(0, pointsOf(context, code, 0) - travelPoints(context))
  return evidence(code, points, hotspot ? { country, seen, hotspot } : { country, seen })
}
