/** Time as a dependency. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number
  /** Milliseconds of a clock that never goes back, since some moment. */
  monotonic(): number
  /** Runs once after at least `delayMs`; the answer cancels it. */
  after(delayMs: number, run: () => void): () => void
}

/** The clock of the machine; its timers do not keep the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs)
    timer.unref()
    return () => clearTimeout(timer)
  },
}

/** A moment on both clocks. */
export type Moment = Readonly<{ now: number; monotonic: number }>

/** Before anything that a process can remember. */
export const never: Moment = { now: Number.NEGATIVE_INFINITY, monotonic: Number.NEGATIVE_INFINITY }

export function momentOf(clock: Clock): Moment {
  return { now: clock.now(), monotonic: clock.monotonic() }
}

/** Milliseconds since then, by the clock that says more: the one can be set back, the other may stand still while the machine sleeps. */
export function msSince(clock: Clock, { now, monotonic }: Moment): number {
  return Math.max(0, clock.now() - now, clock.monotonic() - monotonic)
}

/** Lets timers, sockets and other partitions have their turn. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
