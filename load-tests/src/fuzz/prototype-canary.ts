// Loaded into the platform under test before anything else: says when a built-in prototype has got a property that it
// did not begin with, and for how long the event loop stood still.
import { existsSync, readFileSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'

const prototypes = {
  Object: Object.prototype,
  Array: Array.prototype,
  Function: Function.prototype,
  String: String.prototype,
}
const lookEveryMs = 100
const stallToldMs = 500
/** Linux tells here how long the main thread has waited for a processor that others had. */
const scheduling = '/proc/self/schedstat'
const isKnown = existsSync(scheduling)

const before = snapshot()
let lookedAt = performance.now()
let waitedMs = queuedMs()
process.stderr.write('canary: watching\n')
setInterval(look, lookEveryMs).unref()

function look(): void {
  const now = performance.now()
  const queued = isMainThread ? queuedMs() : 0
  // What other processes of the machine took away is no fault of the platform.
  const stalledMs = now - lookedAt - lookEveryMs - (queued - waitedMs)
  lookedAt = now
  waitedMs = queued
  if (isMainThread && stalledMs > stallToldMs) process.stderr.write(`canary: stalled ${Math.round(stalledMs)} ms\n`)
  const seen = snapshot()
  if (seen !== before) process.stderr.write(`canary: polluted ${seen.slice(0, 500)}\n`)
}

function queuedMs(): number {
  return isKnown ? Number(readFileSync(scheduling, 'utf8').split(' ')[1]) / 1e6 : 0
}

function snapshot(): string {
  return JSON.stringify(
    Object.entries(prototypes).map(([name, prototype]) => [name, Reflect.ownKeys(prototype).map(String)]),
  )
}
