import { nextTurn } from './clock.ts'
import { turnShare } from './turn-share.ts'

/** Shares the event loop between the partitions of a stage, and between the stage and everything else. */
export interface FoldPacer {
  /** Resolves when `records` more may be folded in this turn; undefined when that is now. */
  take(records: number): Promise<void> | undefined
  /** What was folded took as long as `records` more. */
  charge(records: number): void
}

/** Allows `perTurn` records in one turn of the event loop, more where turns are long (`turnShare`); what comes one by one never waits. `elapsed` in milliseconds. */
export function createFoldPacer(perTurn: number, elapsed: () => number): FoldPacer {
  let allowed = perTurn
  let taken = 0
  let spentAt: number | undefined

  function begin(): void {
    allowed = spentAt === undefined ? perTurn : Math.floor(perTurn * turnShare(elapsed() - spentAt))
    spentAt = undefined
    taken = 0
  }

  function tryTake(records: number): boolean {
    if (taken >= allowed) {
      spentAt ??= elapsed()
      return false
    }
    if (taken === 0) setImmediate(begin)
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
