import { turnFactor } from '@watchword/stream'

/** What came of one item, and how long the item was. */
export type Done<Result> = Readonly<{ result: Result; bytes: number }>

/** Does the work for each item in order. */
export type InTurns = <Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Done<Result>,
) => Promise<readonly Result[]>

/** Reading, checking and encoding take up to 0.4 µs a byte: some 7 ms, and 27 ms at four times as much (`turnFactor`). */
const bytesPerTurn = 16 * 1024
/** What an item costs however short it is, in bytes. */
const bytesLeast = 256

/**
 * Others have a turn of the event loop after every 16 KiB of items, or 64 short ones, of all requests together: however many come at the
 * same time, what else the process does goes on in between. More where turns are long (`turnFactor`). A single item is done at once. `elapsed` in milliseconds.
 */
export function createTurns(elapsed: () => number): InTurns {
  const waiting: (() => void)[] = []
  let left = bytesPerTurn
  let isSpent = false
  let spentAt = 0

  function begin(): void {
    isSpent = false
    left = bytesPerTurn * turnFactor(elapsed() - spentAt)
    waiting.shift()?.()
  }

  function spend(bytes: number): void {
    left -= Math.max(bytes, bytesLeast)
    if (left > 0 || isSpent) return
    isSpent = true
    spentAt = elapsed()
    setImmediate(begin)
  }

  async function itsTurn(): Promise<void> {
    await new Promise<void>((resolve) => waiting.push(resolve))
  }

  return async (items, work) => {
    const results = []
    try {
      for (const item of items) {
        if (isSpent && items.length > 1) await itsTurn()
        const { result, bytes } = work(item)
        spend(bytes)
        results.push(result)
      }
      return results
    } finally {
      // Whoever is done before the turn is over leaves the rest of it to the next.
      if (!isSpent) waiting.shift()?.()
    }
  }
}
