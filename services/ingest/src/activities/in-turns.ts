import { nextTurn } from '@watchword/stream'

/** What came of one item, and how long the item was. */
export type Done<Result> = Readonly<{ result: Result; bytes: number }>

/** Reading, checking and encoding take up to 0.4 µs a byte: this many stay below 10 ms. */
const bytesPerTurn = 16 * 1024
/** What an item costs however short it is, in bytes. */
const bytesLeast = 256

/** Does the work for each item in order; others have a turn of the event loop after every 16 KiB of items, or 64 short ones. */
export async function inTurns<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Done<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = []
  let left = bytesPerTurn
  for (const item of items) {
    if (left <= 0) {
      await nextTurn()
      left = bytesPerTurn
    }
    const { result, bytes } = work(item)
    left -= Math.max(bytes, bytesLeast)
    results.push(result)
  }
  return results
}
