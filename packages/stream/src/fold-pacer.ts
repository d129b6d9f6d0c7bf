import { nextTurn } from './clock.ts'
import { turnFactor } from './turn-factor.ts'

/** Shares the event loop between the partitions of a stage, and between the stage and everything else. */
export interface FoldPacer {
  /** Resolves when `records` more may be folded in this turn; undefined when that is now. */
  take(records: number): Promise<void> | undefined
  /** What was folded took as long as `records` more. */
  charge(records: number): void
}

/** Allows `perTurn` records in one turn of the event loop, more where turns are long (`turnFactor`); what comes one by one never waits. `elapsed` in milliseconds. */
export function createFoldPacer(perTurn: number, elapsed: () => number): FoldPacer {
  let allowed = perTurn
  let taken = 0
  /** When the part of this turn was used up and somebody had to wait; undefined while nobody does: idle time is no reason for more. */
  let spentAt: number | undefined

  function begin(): void {
    allowed = spentAt === undefined ? perTurn : perTurn * turnFactor(elapsed() - spentAt)
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
