const curve: readonly (readonly [score: number, probability: number])[] = [
  [0, 0.01],
  [30, 0.1],
  [50, 0.5],
  [70, 0.88],
  [100, 0.99],
]

/** Chance of an attack for a score in 0..100: a fixed rising curve over the default cuts, four decimals. */
export function probabilityOf(score: number): number {
  for (let index = 1; index < curve.length; index++) {
    const from = curve[index - 1]
    const to = curve[index]
    if (from === undefined || to === undefined || score > to[0]) continue
    const probability = from[1] + ((to[1] - from[1]) * (score - from[0])) / (to[0] - from[0])
    return Math.round(probability * 10_000) / 10_000
  }
  return 0.99
}
