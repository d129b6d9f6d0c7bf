import { randomBytes } from 'node:crypto'
import { WebSocket } from 'ws'

/** What the SDK needs of its surroundings: clocks in ms, timers, randomness, `fetch` and a WebSocket constructor. */
export type Runtime = {
  /** Wall clock, ms since the epoch. */
  readonly now: () => number
  /** A clock that never goes back, ms since an arbitrary start. */
  readonly monotonic: () => number
  readonly setTimeout: (run: () => void, delayMs: number) => unknown
  readonly clearTimeout: (timer: unknown) => void
  /** Uniform in [0, 1); spreads retries, nothing secret depends on it. */
  readonly random: () => number
  readonly randomBytes: (length: number) => Uint8Array
  readonly fetch: typeof fetch
  readonly WebSocket: typeof WebSocket
}

// One call for the kernel's randomness costs several microseconds, whatever its length; no byte is handed out twice.
const createRandomPool = (): Runtime['randomBytes'] => {
  let pool = Buffer.alloc(0)
  return (length) => {
    if (pool.length < length) pool = randomBytes(Math.max(length, 4_096))
    const taken = pool.subarray(0, length)
    pool = pool.subarray(length)
    return taken
  }
}

/** The runtime of this process; the only place where the SDK touches clocks, timers, randomness or the network. */
export const nodeRuntime = (overrides: Partial<Runtime> = {}): Runtime => ({
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimeout: (run, delayMs) => setTimeout(run, delayMs),
  clearTimeout: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout>),
  random: () => Math.random(),
  randomBytes: createRandomPool(),
  fetch: (input, init) => fetch(input, init),
  WebSocket,
  ...overrides,
})
