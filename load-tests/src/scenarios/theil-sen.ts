/** A value and when it was. */
export type Point = readonly [at: number, value: number]

/**
 * The slope of a line through the points: the median of the slopes of all pairs (Theil 1950, Sen 1968), which up to 29 % of the points, however far out,
 * cannot carry away. 0 for fewer than two points.
 */
export function theilSenSlope(points: readonly Point[]): number {
  const slopes = points
    .flatMap(([at, value], index) => points.slice(index + 1).map(([later, other]) => (other - value) / (later - at)))
    .filter(Number.isFinite)
    .toSorted((a, b) => a - b)
  const [low, high] = [slopes[(slopes.length - 1) >> 1], slopes[slopes.length >> 1]]
  return low === undefined || high === undefined ? 0 : (low + high) / 2
}
