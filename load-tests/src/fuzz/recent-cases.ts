import type { FuzzCase } from './fuzz-case.ts'

/** What was asked lately, to tell what may have held the platform up. */
export interface RecentCases<Name> {
  begin(name: Name, asked: FuzzCase): void
  end(name: Name): void
  /** The largest of those that were on their way at some time in the last `ms` milliseconds. */
  largestWithin(ms: number): readonly (readonly [Name, FuzzCase])[]
}

const keptMax = 400
const toldMax = 5

export function createRecentCases<Name>(now: () => number): RecentCases<Name> {
  const cases = new Map<Name, { readonly asked: FuzzCase; endedAt: number }>()
  return {
    begin(name, asked) {
      cases.set(name, { asked, endedAt: Number.POSITIVE_INFINITY })
      const [oldest] = cases.keys()
      if (cases.size > keptMax && oldest !== undefined) cases.delete(oldest)
    },
    end(name) {
      const known = cases.get(name)
      if (known !== undefined) known.endedAt = now()
    },
    largestWithin: (ms) =>
      [...cases]
        .filter(([, { endedAt }]) => endedAt > now() - ms)
        .map(([name, { asked }]) => [name, asked] as const)
        .toSorted(([, a], [, b]) => lengthOf(b) - lengthOf(a))
        .slice(0, toldMax),
  }
}

function lengthOf({ body = '', path }: FuzzCase): number {
  return body.length + path.length
}
