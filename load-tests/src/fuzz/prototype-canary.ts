// Loaded into the platform under test before anything else: says when a built-in prototype has got a property it did not begin with.
const prototypes = {
  Object: Object.prototype,
  Array: Array.prototype,
  Function: Function.prototype,
  String: String.prototype,
}
const lookEveryMs = 100

const before = snapshot()
process.stderr.write('canary: watching\n')
setInterval(() => {
  const now = snapshot()
  if (now === before) return
  process.stderr.write(`canary: polluted ${now.slice(0, 500)}\n`)
}, lookEveryMs).unref()

function snapshot(): string {
  return JSON.stringify(
    Object.entries(prototypes).map(([name, prototype]) => [name, Reflect.ownKeys(prototype).map(String)]),
  )
}
