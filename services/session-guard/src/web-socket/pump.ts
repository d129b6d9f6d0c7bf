import type { Outbox } from './outbox.ts'

/** Sends are 5 to 10 µs each; this many keep one turn of the event loop under 2 ms, whoever broadcasts. */
const stepsPerTurn = 128

/** Lets every outbox send, one step each in turn, and other work go on in between. */
export interface Pump {
  wake(outbox: Outbox): void
}

export function createPump(): Pump {
  const awake = new Set<Outbox>()
  let scheduled = false

  function turn(): void {
    scheduled = false
    let steps = 0
    while (awake.size > 0 && steps < stepsPerTurn) {
      for (const outbox of awake) {
        if (!outbox.step()) awake.delete(outbox)
        steps += 1
        if (steps >= stepsPerTurn) break
      }
    }
    if (awake.size > 0) schedule()
  }

  function schedule(): void {
    if (scheduled) return
    scheduled = true
    setImmediate(turn)
  }

  return {
    wake(outbox) {
      awake.add(outbox)
      schedule()
    },
  }
}
