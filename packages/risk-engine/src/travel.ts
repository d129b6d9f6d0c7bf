import { greatCircleKm } from './great-circle.ts'
import type { Place, Position } from './profile.ts'

/** Nobody travels faster; kilometres per hour. */
export const travelSpeedMaxKmh = 900
/** Shorter distances are errors of the data; kilometres. */
export const travelDistanceMinKm = 100
/** Times closer than this count as this far apart; milliseconds. */
export const travelTimeMinMs = 60_000
/** Taken where a look-up does not say how accurate it is; kilometres. */
export const accuracyDefaultKm = 0

/** The slowest journey from the last places that explains being here. */
export interface Travel {
  readonly verdict: 'possible' | 'domestic' | 'cross-border' | 'unavailable'
  readonly km: number
  readonly kmh: number
  readonly from: string | null
}

const unavailable: Travel = { verdict: 'unavailable', km: 0, kmh: 0, from: null }
const possible: Travel = { verdict: 'possible', km: 0, kmh: 0, from: null }

/**
 * Compares a position with the last place of every device and judges by the one that is reached at the lowest speed:
 * a phone and a desk computer may be in two places, and going there and back is no journey.
 */
export function judgeTravel(
  places: readonly Place[],
  position: Position | null,
  country: string | null,
  time: number,
): Travel {
  if (position === null || country === null) return unavailable
  let slowest: Travel | null = null
  for (const place of places) {
    const km = Math.max(0, greatCircleKm(place, position) - place.accuracyKm - position.accuracyKm)
    const kmh = (km * 3_600_000) / Math.max(Math.abs(time - place.at), travelTimeMinMs)
    if (slowest !== null && kmh >= slowest.kmh) continue
    const impossible = km > travelDistanceMinKm && kmh > travelSpeedMaxKmh
    if (!impossible) return possible
    slowest = { verdict: place.country === country ? 'domestic' : 'cross-border', km, kmh, from: place.country }
  }
  return slowest ?? possible
}
