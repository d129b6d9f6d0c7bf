/** Time as a dependency. */
export interface Clock {
  /** Epoch milliseconds; may be set back. */
  now(): number
  /** Milliseconds since some moment, for durations: goes on when the time of day is set back, and while the machine sleeps. */
  elapsed(): number
  /** Runs once after at least `delayMs`; the answer cancels it. */
  after(delayMs: number, run: () => void): () => void
}

/** The time of day goes on while a machine sleeps, and nothing else says so; a step of it that is longer by this is believed, milliseconds. */
const sleepMsMin = 1_000

/** Time that has passed by a monotonic clock, which may stand still while the machine sleeps, and by the time of day, which may be set. */
export function createElapsed(now: () => number, monotonic: () => number): () => number {
  let last = { now: now(), monotonic: monotonic() }
  let elapsed = 0
  return () => {
    const read = { now: now(), monotonic: monotonic() }
    const steps = { now: read.now - last.now, monotonic: read.monotonic - last.monotonic }
    last = read
    elapsed += steps.now - steps.monotonic > sleepMsMin ? steps.now : steps.monotonic
    return elapsed
  }
}

/** The clock of the machine; its timers do not keep the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: createElapsed(Date.now, () => performance.now()),
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
