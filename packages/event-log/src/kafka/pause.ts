/** Waits so many milliseconds, or until the signal; never rejects. */
export function pause(durationMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const done = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, durationMs)
    signal.addEventListener('abort', done)
  })
}

const firstMs = 50
const longestMs = 1000

/** How long to wait before each next attempt. */
export interface Backoff {
  /** 50 ms at first, then twice as long each time, up to 1 s. */
  next(): number
  /** The last attempt succeeded. */
  reset(): void
}

export function createBackoff(): Backoff {
  let durationMs = firstMs
  return {
    next() {
      const current = durationMs
      durationMs = Math.min(durationMs * 2, longestMs)
      return current
    },
    reset() {
      durationMs = firstMs
    },
  }
}
