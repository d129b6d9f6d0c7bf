import type { LogRecord } from '@watchword/event-log'
import type { PoisonStep } from './fold-record.ts'

/** What a stage tells whoever measures it. */
export interface StageMetrics {
  folded(records: number): void
  /**
   * A record is about to be folded; what is answered is called when all that it led to is in the log, and never when that is nothing, or was there before.
   * Nobody is asked where it is absent.
   */
  folding?: (record: LogRecord) => (() => void) | undefined
  /** What a record led to is in the log, so many milliseconds after the log took the record. */
  decided(durationMs: number): void
  repeatDropped(): void
  poisoned(step: PoisonStep): void
  /** The log could not take an append; it is tried again. */
  appendRetried(): void
  saved(durationMs: number, rows: number): void
  /** How many records of the partition wait to be folded. */
  lag(partition: number, records: number): void
  /** The newest records of so many keys were written again, because somebody else had written older versions after them. */
  repaired(records: number): void
  /** A look for such keys failed; the next one is made in its time. */
  repairFailed(error: unknown): void
}

/** Measures nothing. */
export const noMetrics: StageMetrics = {
  folded: () => undefined,
  decided: () => undefined,
  repeatDropped: () => undefined,
  poisoned: () => undefined,
  appendRetried: () => undefined,
  saved: () => undefined,
  lag: () => undefined,
  repaired: () => undefined,
  repairFailed: () => undefined,
}
