/** A count that halves in every half-life; times in milliseconds. */
export interface DecayedCount {
  readonly count: number
  readonly at: number
}

/** The count as of `at`; a time before the last one takes nothing away. */
export function decayedTo(counter: DecayedCount, at: number, halfLifeMs: number): number {
  if (counter.count === 0) return 0
  return counter.count * 2 ** (-Math.max(0, at - counter.at) / halfLifeMs)
}

/** The counter with one more event; kept to three decimals so that it stays short as JSON. */
export function countedAt(counter: DecayedCount, at: number, halfLifeMs: number): DecayedCount {
  const count = decayedTo(counter, at, halfLifeMs) + 1
  return { count: Math.round(count * 1000) / 1000, at: Math.max(counter.at, at) }
}
