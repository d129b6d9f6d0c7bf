import { createRequire } from 'node:module'

type RequestQueue = {
  pending: readonly unknown[]
  throttledUntil: number
  scheduleCheckPendingRequests: () => void
}

const marker = Symbol('quiet')

/**
 * Stops the idle timer of kafkajs 2.2.4. After every response `RequestQueue.scheduleCheckPendingRequests` arms a timer for
 * `throttledUntil - now`, which is about minus the time since 1970 when the broker does not throttle; Node makes that 1 ms (and warns),
 * and the timer's own check arms the next one: each connection wakes the process a thousand times a second for ever, with nothing to do.
 * The check is needed only when requests wait, so it is armed only then. A response or a push arms it as before.
 *
 * Process-wide, done once. Throws a TypeError if kafkajs is not as it was read.
 */
export function quietRequestQueue(): void {
  const found: unknown = createRequire(import.meta.url)('kafkajs/src/network/requestQueue/index.js')
  const prototype = (found as { prototype?: Partial<RequestQueue> & { [marker]?: boolean } }).prototype
  const schedule = prototype?.scheduleCheckPendingRequests
  if (prototype === undefined || schedule === undefined) throw new TypeError('kafkajs has another request queue')
  if (prototype[marker] === true) return
  prototype[marker] = true
  prototype.scheduleCheckPendingRequests = function scheduleWhenNeeded(this: RequestQueue): void {
    if (this.pending.length > 0) schedule.call(this)
  }
}
