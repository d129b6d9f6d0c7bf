const clockAheadMsMax = 120_000

/**
 * The log time of a record, epoch milliseconds: when it was received by the clock of whoever wrote it, at most two minutes ahead of when the
 * log took it. No further: one wrong clock would take a partition's time with it.
 */
export function logTimeOf(receivedAt: number, takenAt: number): number {
  return Math.min(receivedAt, takenAt + clockAheadMsMax)
}
