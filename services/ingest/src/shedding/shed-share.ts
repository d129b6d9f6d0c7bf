/** How much there is to do, and the share of telemetry that is refused for it. */
export type ShedState = Readonly<{
  /** The longest wait, in parts of what it may be, 1 at most: then all telemetry is refused. */
  load: number
  /** 0 to 1. */
  share: number
}>

export const calm: ShedState = { load: 0, share: 0 }

/** Half of what a wait may be is kept; below a quarter nothing is refused. */
const target = 0.5
const least = target / 2
/** Of the share: what a second above the target adds, and what each rise of the load adds at once. */
const perSecond = 0.5
const perRise = 2
/** A longer step says nothing of what was in between. */
const stepMaxSeconds = 1

/**
 * The next share by the proportional integral controller of PIE (RFC 8033, 4.2): it goes on rising while the wait is above the target, and falls again
 * with the wait itself, so that what is let in comes to be what can be done, whatever that is. A share that the wait alone decided would swing
 * between all and nothing.
 */
export function nextShed({ load, share }: ShedState, now: number, seconds: number): ShedState {
  const next = Math.min(now, 1)
  const rise = Math.max(next, least) - Math.max(load, least)
  const step = perSecond * (next - target) * Math.min(seconds, stepMaxSeconds) + perRise * rise
  return { load: next, share: Math.min(1, Math.max(0, share + step)) }
}

/** What of telemetry is refused: all from the limit on, and none for a burst that waits for a quarter of it. */
export function shedShare({ load, share }: ShedState): number {
  if (load >= 1) return 1
  return load < least ? 0 : share
}
