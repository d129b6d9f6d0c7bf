// Loaded into the platform under test before anything else: says when a built-in prototype has got a property that it
// did not begin with, and for how long the event loop stood still.
import { isMainThread } from 'node:worker_threads'

const prototypes = {
  Object: Object.prototype,
  Array: Array.prototype,
  Function: Function.prototype,
  String: String.prototype,
}
const lookEveryMs = 100
const stallToldMs = 500

const before = snapshot()
let lookedAt = performance.now()
process.stderr.write('canary: watching\n')
setInterval(look, lookEveryMs).unref()

function look(): void {
  const stalledMs = performance.now() - lookedAt - lookEveryMs
  lookedAt = performance.now()
  if (isMainThread && stalledMs > stallToldMs) process.stderr.write(`canary: stalled ${Math.round(stalledMs)} ms\n`)
  const now = snapshot()
  if (now !== before) process.stderr.write(`canary: polluted ${now.slice(0, 500)}\n`)
}

function snapshot(): string {
  return JSON.stringify(
    Object.entries(prototypes).map(([name, prototype]) => [name, Reflect.ownKeys(prototype).map(String)]),
  )
}
