import type { Clock } from '../clock.ts'

/** A clock that stands still until it is told to go on. */
export interface ManualClock extends Clock {
  advance(ms: number): void
  /** As an administrator or NTP may: the time of day alone. */
  setBack(ms: number): void
}

export function createManualClock(start = 1_000_000): ManualClock {
  let now = start
  let setBack = 0
  const timers = new Set<{ at: number; run: () => void }>()
  return {
    now: () => now - setBack,
    monotonic: () => now,
    after(delayMs, run) {
      const timer = { at: now + delayMs, run }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
    setBack(ms) {
      setBack += ms
    },
    advance(ms) {
      now += ms
      for (const timer of Array.from(timers)) {
        if (timer.at > now || !timers.delete(timer)) continue
        timer.run()
      }
    },
  }
}
