import { setTimeout as delay } from 'node:timers/promises'

/** Asks until the answer is not undefined; answers undefined when `withinMs` went by. */
export async function eventually<Answer>(
  ask: () => Promise<Answer | undefined>,
  withinMs: number,
  everyMs = 50,
): Promise<Answer | undefined> {
  const deadline = performance.now() + withinMs
  for (;;) {
    const answer = await ask()
    if (answer !== undefined || performance.now() >= deadline) return answer
    await delay(everyMs)
  }
}

/** Does the work for every item, at most `width` at a time. */
export async function forEachWide<Item>(
  items: Iterable<Item>,
  width: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const left = items[Symbol.iterator]()
  const worker = async (): Promise<void> => {
    for (let next = left.next(); next.done !== true; next = left.next()) await work(next.value)
  }
  await Promise.all(Array.from({ length: width }, worker))
}
