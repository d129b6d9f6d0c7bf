/** Time as a dependency. */
export interface Clock {
  /** Epoch milliseconds; may be set back. */
  now(): number
  /** Milliseconds since some moment, for durations: goes on when the time of day is set. */
  elapsed(): number
  /** Runs once after at least `delayMs`; the answer cancels it. */
  after(delayMs: number, run: () => void): () => void
}

/** The clock of the machine; its timers do not keep the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs)
    timer.unref()
    return () => clearTimeout(timer)
  },
}

/** Lets timers, sockets and other partitions have their turn. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
