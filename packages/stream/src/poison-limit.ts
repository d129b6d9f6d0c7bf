/** How many of the last inputs of a partition are looked at. */
export const poisonWindow = 1000

/** True when the poison is in the build rather than in the records: more than 1 % of the last 1 000, and at least 10. */
export function tooManyPoison(poisoned: number, seen: number): boolean {
  return poisoned >= 10 && poisoned * 100 > Math.min(seen, poisonWindow)
}
