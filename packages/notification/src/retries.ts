const second = 1_000
const minute = 60 * second
const hour = 60 * minute

/**
 * Pauses after the first, second … failed attempt, milliseconds; the last is cut short by the end of the three days.
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

/** How long after it was raised a notification is tried, milliseconds. */
const triedForMs = 72 * hour

/** An attempt that failed; times in epoch milliseconds. */
export type FailedAttempt = Readonly<{
  /** From 1. */
  attempt: number
  /** When what it was to tell was raised. */
  raisedAt: number
  failedAt: number
  /** How much time the endpoint asks for, milliseconds. */
  askedMs: number
  /** 0 to 1: moves the next attempt by up to a tenth later, so that what failed together is not tried together. */
  share: number
}>

/** When to try again, epoch milliseconds: for the last time three days after it was raised, whatever the endpoint asks for. Null when that was the last. */
export function nextAttemptAt({ attempt, raisedAt, failedAt, askedMs, share }: FailedAttempt): number | null {
  const pauseMs = pauses[attempt - 1]
  const endsAt = raisedAt + triedForMs
  if (pauseMs === undefined || failedAt >= endsAt) return null
  return Math.min(endsAt, Math.round(failedAt + Math.max(pauseMs * (1 + share / 10), askedMs)))
}
