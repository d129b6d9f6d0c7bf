import type { Clock } from '@watchword/stream'

/** The machine's clock, which a test may push forward: what falls due runs at once. It begins with a new step of TOTP, so that a test has all of one. */
export interface SteerableClock extends Clock {
  advance(ms: number): void
  /** The time of day goes on by `advance` alone from now on; how long things take is still measured. */
  standStill(): void
}

const totpStepMs = 30_000

export function createSteerableClock(): SteerableClock {
  let skew = totpStepMs - (Date.now() % totpStepMs)
  const pending = new Map<() => void, number>()
  let stoodAt: number | undefined
  const now = (): number => (stoodAt ?? Date.now()) + skew
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
    standStill() {
      stoodAt = Date.now()
    },
    advance(ms) {
      skew += ms
      for (const [fire, dueAt] of Array.from(pending)) if (dueAt <= now()) fire()
    },
  }
}
