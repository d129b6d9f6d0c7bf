/** How much there is to do, and what is made of it. */
export type ShedState = Readonly<{
  /** The longest wait, in parts of what it may be, 1 at most: then all telemetry is refused. */
  load: number
  /** What the controller has come to, 0 to 1. */
  controlled: number
}>

export const calm: ShedState = { load: 0, controlled: 0 }

/** Half of what a wait may be is kept; below a quarter nothing is refused. */
const target = 0.5
const noneBelow = target / 2
/** What a second adds for each unit of load above the target, and what each unit that the load rises by adds at once. */
const alpha = 0.5
const beta = 2
/** A longer step says nothing of what was in between. */
const stepMaxSeconds = 1

/**
 * The next share by the proportional integral controller of PIE (RFC 8033, 4.2): it goes on rising while the wait is above the target, and falls again
 * with the wait itself, so that what is let in comes to be what can be done, whatever that is. A share that the wait alone decided would swing
 * between all and nothing.
 */
export function nextShed({ load, controlled }: ShedState, nextLoad: number, seconds: number): ShedState {
  const next = Math.min(nextLoad, 1)
  const rise = Math.max(next, noneBelow) - Math.max(load, noneBelow)
  const step = alpha * (next - target) * Math.min(seconds, stepMaxSeconds) + beta * rise
  return { load: next, controlled: Math.min(1, Math.max(0, controlled + step)) }
}

/** What of telemetry is refused: all from the limit on, and none for a burst that waits for a quarter of it. */
export function shedShare({ load, controlled }: ShedState): number {
  if (load >= 1) return 1
  return load < noneBelow ? 0 : controlled
}
