const usualPartMs = 5
const factorMax = 4

/**
 * How many times its usual part one kind of work does in the next turn of the event loop, 1 to 4, so that it takes about as long as everything else did
 * (`othersMs`). With parts of a fixed size, longer turns, such as those full of refusals, would mean that less is done.
 */
export function turnFactor(othersMs: number): number {
  return Math.min(factorMax, Math.max(1, othersMs / usualPartMs))
}
