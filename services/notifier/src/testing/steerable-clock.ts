import type { Clock } from '@watchword/stream'

/** The machine's clock, which a test may push forward: what falls due runs at once. */
export interface SteerableClock extends Clock {
  advance(ms: number): void
}

export function createSteerableClock(): SteerableClock {
  let skew = 0
  const pending = new Map<() => void, number>()
  const now = (): number => Date.now() + skew
  return {
    now,
    elapsed: () => performance.now() + skew,
    after(delayMs, run) {
      const cancel = (): void => {
        clearTimeout(timer)
        pending.delete(fire)
      }
      const fire = (): void => {
        cancel()
        run()
      }
      const timer = setTimeout(fire, delayMs)
      timer.unref()
      pending.set(fire, now() + delayMs)
      return cancel
    },
    advance(ms) {
      skew += ms
      for (const [fire, dueAt] of Array.from(pending)) if (dueAt <= now()) fire()
    },
  }
}
