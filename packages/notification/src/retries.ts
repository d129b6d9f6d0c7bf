const second = 1_000
const minute = 60 * second
const hour = 60 * minute

/**
 * Pauses after the first, second … failed attempt, milliseconds: three days in all.
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#deliverability-and-reliability
 */
const pauses: readonly number[] = [
  5 * second,
  5 * minute,
  30 * minute,
  2 * hour,
  5 * hour,
  10 * hour,
  14 * hour,
  20 * hour,
  24 * hour,
]

/** Attempts that a delivery gets. */
export const attemptsMax = pauses.length + 1

/**
 * When to try again after attempt number `attempt` (from 1) failed at `at`, epoch milliseconds; null when that was the last. `share`, 0 to 1, moves it
 * by up to a tenth later, so that what failed together is not tried together.
 */
export function nextAttemptAt(attempt: number, at: number, share: number): number | null {
  const pauseMs = pauses[attempt - 1]
  return pauseMs === undefined ? null : Math.round(at + pauseMs * (1 + share / 10))
}
