import type { Clock } from '../clock.ts'

/** A clock that stands still until it is told to go on. */
export interface ManualClock extends Clock {
  advance(ms: number): void
  /** Sets the time of day; nothing else notices. */
  set(now: number): void
}

export function createManualClock(start = 1_000_000): ManualClock {
  let now = start
  let elapsed = 0
  const timers = new Set<{ at: number; run: () => void }>()
  return {
    now: () => now,
    elapsed: () => elapsed,
    after(delayMs, run) {
      const timer = { at: elapsed + delayMs, run }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
    advance(ms) {
      now += ms
      elapsed += ms
      for (const timer of Array.from(timers)) {
        if (timer.at > elapsed || !timers.delete(timer)) continue
        timer.run()
      }
    },
    set(time) {
      now = time
    },
  }
}
