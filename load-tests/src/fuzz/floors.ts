import type { Verdicts } from '../campaign/verdicts.ts'

/** How often each operation was asked, and answered with success. */
export interface Floors {
  count(operation: string, status: number): void
  /** A verdict for each operation: whether the campaign reached what lies behind its refusals. */
  judge(operations: readonly string[], verdicts: Verdicts): void
  /** How often each succeeded, one line each. */
  lines(): readonly string[]
}

/** The least share of the requests of an operation that has to succeed; of few requests less may, by chance. */
const leastShare = 0.1
const deviationsAllowed = 2

export function createFloors(): Floors {
  const counts = new Map<string, { asked: number; succeeded: number }>()
  const of = (operation: string) => {
    const count = counts.get(operation) ?? { asked: 0, succeeded: 0 }
    counts.set(operation, count)
    return count
  }
  return {
    count(operation, status) {
      const count = of(operation)
      count.asked += 1
      if (status >= 200 && status < 300) count.succeeded += 1
    },
    judge(operations, verdicts) {
      for (const operation of operations) {
        const { asked, succeeded } = of(operation)
        const least = leastOf(asked)
        verdicts.expect(
          `${operation} succeeds often enough`,
          succeeded >= least,
          () => `${succeeded} of ${asked} requests, at least ${least} expected`,
        )
      }
    },
    lines: () =>
      [...counts].map(([operation, { asked, succeeded }]) => `${operation}: ${succeeded} of ${asked} succeeded`),
  }
}

/** One at least, and else what the least share makes, less two standard deviations of a count that is so rare (Poisson). */
function leastOf(asked: number): number {
  const expected = asked * leastShare
  return Math.max(1, Math.floor(expected - deviationsAllowed * Math.sqrt(expected)))
}
