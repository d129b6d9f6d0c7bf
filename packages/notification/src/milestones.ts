/** 1 to 10, then 20, 50, 100, 200 and so on: counts that are said, so that counting ten thousand takes twenty records. */
export function isMilestone(count: number): boolean {
  if (count <= 10) return true
  const power = 10 ** Math.floor(Math.log10(count))
  return count === power || count === 2 * power || count === 5 * power
}
