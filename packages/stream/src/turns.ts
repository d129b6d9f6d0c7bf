/** Lets what has the same number follow each other, in the order it came; what one rejects with stops none after it. */
export type InTurn = <Answer>(number: number, work: () => Promise<Answer>) => Promise<Answer>

export interface Turns {
  readonly inTurn: InTurn
  /** Resolves when all that has come by now is done. */
  readonly settled: () => Promise<void>
}

export function createTurns(): Turns {
  const last = new Map<number, Promise<unknown>>()
  return {
    inTurn(number, work) {
      const done = (last.get(number) ?? Promise.resolve()).then(work)
      last.set(
        number,
        done.catch(() => undefined),
      )
      return done
    },
    async settled() {
      await Promise.all(last.values())
    },
  }
}
