/** Numbers that look random and are the same for the same seed. */
export type SeededRandom = Readonly<{
  /** Uniform in [0, 1). */
  next: () => number
  /** A whole number from `min` to `max`, both included. */
  between: (min: number, max: number) => number
  pick: <Item>(items: readonly Item[]) => Item
  /** True with this probability. */
  chance: (probability: number) => boolean
  /** Another source that does not disturb this one. */
  fork: () => SeededRandom
}>

/** Makes a source of pseudo-random numbers (mulberry32) from a seed of 32 bits. */
export function createSeededRandom(seed: number): SeededRandom {
  let state = seed >>> 0

  function next(): number {
    state = (state + 0x6d_2b_79_f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }

  const between = (min: number, max: number): number => min + Math.floor(next() * (max - min + 1))
  return {
    next,
    between,
    pick<Item>(items: readonly Item[]): Item {
      const item = items[between(0, items.length - 1)]
      if (item === undefined) throw new RangeError('there is nothing to pick from')
      return item
    },
    chance: (probability) => next() < probability,
    fork: () => createSeededRandom(Math.floor(next() * 4_294_967_296)),
  }
}
