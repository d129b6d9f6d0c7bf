import { nextTurn } from './clock.ts'

/** Shares the event loop between the partitions of a stage, and between the stage and everything else. */
export interface FoldPacer {
  /** Resolves when `records` more may be folded in this turn; undefined when that is now. */
  take(records: number): Promise<void> | undefined
  /** What was folded took as long as `records` more. */
  charge(records: number): void
}

/** Allows `perTurn` records in one turn of the event loop; what comes one by one never waits. */
export function createFoldPacer(perTurn: number): FoldPacer {
  let taken = 0

  function tryTake(records: number): boolean {
    if (taken >= perTurn) return false
    if (taken === 0) {
      setImmediate(() => {
        taken = 0
      })
    }
    taken += records
    return true
  }

  async function wait(records: number): Promise<void> {
    do await nextTurn()
    while (!tryTake(records))
  }

  return {
    take: (records) => (tryTake(records) ? undefined : wait(records)),
    charge(records) {
      taken += records
    },
  }
}
