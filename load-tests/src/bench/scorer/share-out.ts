import { setTimeout as delay } from 'node:timers/promises'

/** What one process says of the partitions that its group gives it. */
export interface ShareOut {
  /** Sees each line that the process logs. */
  onLine(line: string): void
  /** As it was last told. */
  partitions(): readonly number[]
}

type Line = Readonly<{ msg?: string; group?: string; partitions?: readonly number[] }>

export function createShareOut({ group, input }: Readonly<{ group: string; input: string }>): ShareOut {
  const name = `${group}.${input}`
  let partitions: readonly number[] = []
  return {
    onLine(line) {
      if (!line.includes('the member has its partitions')) return
      const told = JSON.parse(line) as Line
      if (told.group === name) partitions = told.partitions ?? []
    },
    partitions: () => partitions,
  }
}

/** Resolves when each partition is with one process, and all of them have as many as the others. */
export async function untilSharedOut(shares: readonly ShareOut[], partitions: number): Promise<void> {
  const fair = Math.floor(partitions / shares.length)
  const isShared = (): boolean => {
    const all = shares.flatMap((share) => share.partitions())
    return (
      all.length === partitions &&
      new Set(all).size === partitions &&
      shares.every((share) => share.partitions().length >= fair)
    )
  }
  while (!isShared()) await delay(50)
}
