const readsMax = 2

/** Lets few reads at a time into the worker's queue, so that a write never waits behind many of them. */
export function createReadGate(): <T>(read: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = []
  let reading = 0

  return async (read) => {
    if (reading < readsMax) reading += 1
    else {
      await new Promise<void>((resolve) => {
        waiting.push(resolve)
      })
    }
    try {
      return await read()
    } finally {
      // The place goes to the next in line, or is free.
      const next = waiting.shift()
      if (next === undefined) reading -= 1
      else next()
    }
  }
}
