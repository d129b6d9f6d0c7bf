import { quantile } from '../bench/measure/statistics.ts'

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
  return slopes.length === 0 ? 0 : quantile(slopes, 0.5)
}
