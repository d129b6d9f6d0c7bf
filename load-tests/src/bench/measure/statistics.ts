/** Median and range of some rounds. */
export type Spread = Readonly<{ median: number; min: number; max: number }>

/** Throws a RangeError without values. */
export function spreadOf(values: readonly number[]): Spread {
  return { median: quantile(values, 0.5), min: Math.min(...values), max: Math.max(...values) }
}

/** The value below which a share of the values lies (nearest rank; 0.5 takes the mean of the two in the middle). */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (index: number): number => {
    const value = sorted[Math.min(sorted.length - 1, Math.max(0, index))]
    if (value === undefined) throw new RangeError('no values to take a quantile of')
    return value
  }
  if (share === 0.5) return (at((sorted.length - 1) >> 1) + at(sorted.length >> 1)) / 2
  return at(Math.ceil(share * sorted.length) - 1)
}
