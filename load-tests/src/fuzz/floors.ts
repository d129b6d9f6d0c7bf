import type { Verdicts } from '../campaign/verdicts.ts'

/** How often each operation was asked, and answered with success. */
export interface Floors {
  count(operation: string, status: number): void
  /** A verdict for each operation: whether the campaign reached what lies behind its refusals. */
  judge(operations: readonly string[], verdicts: Verdicts): void
  /** How often each succeeded, one line each. */
  lines(): readonly string[]
}

/** The least share of the requests of an operation that has to succeed. */
const leastShare = 0.1

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
        const least = Math.max(1, Math.floor(asked * leastShare))
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
