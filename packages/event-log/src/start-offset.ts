import type { TailStart } from './event-log.ts'
import { LogError } from './log-error.ts'

/** A partition from the oldest record kept to the offset that the next one will get. */
export type PartitionBounds = Readonly<{ topic: string; partition: number; begin: number; end: number }>

/** Where a tail begins in a partition; throws as `checkStart` does. */
export function tailStart(from: TailStart, bounds: PartitionBounds): number {
  if (from === 'begin') return bounds.begin
  if (from === 'end') return bounds.end
  return checkStart(from(bounds.topic, bounds.partition), bounds)
}

/**
 * A named start, or the oldest record kept where that is gone. One beyond the end is refused with a LogError `log-corrupt`: the records up
 * to there were lost, and waiting for them would skip the next ones.
 */
export function checkStart(start: number, { topic, partition, begin, end }: PartitionBounds): number {
  if (Number.isSafeInteger(start) && start >= 0 && start <= end) return Math.max(start, begin)
  throw new LogError('log-corrupt', `${topic}-${partition} ends at ${end}, a reader wants to begin at ${start}`)
}
