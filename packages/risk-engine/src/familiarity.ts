import type { Sighted } from './profile.ts'

/** How well a value is known: by how many learned logins carried it. */
export type Familiarity = 'unknown' | 'known' | 'established'

/** From this many sightings a value is established. */
export const establishedFrom = 3

/** Names the familiarity of a value seen `count` times. */
export function familiarityOf(count: number): Familiarity {
  if (count >= establishedFrom) return 'established'
  return count > 0 ? 'known' : 'unknown'
}

/** Finds a learned value; tables are short, so a scan beats an index. */
export function findSighted<T extends Sighted>(table: readonly T[], value: string): T | null {
  for (const entry of table) {
    if (entry.value === value) return entry
  }
  return null
}

/** The entry of a value after one more sighting. */
export function sightedOnceMore(previous: Sighted | null, value: string, at: number): Sighted {
  if (previous === null) return { value, count: 1, firstAt: at, lastAt: at }
  return { value, count: previous.count + 1, firstAt: previous.firstAt, lastAt: Math.max(previous.lastAt, at) }
}

/** The table with `value` seen once more; beyond `limit` the entry unused for longest makes room. */
export function sighted(table: readonly Sighted[], value: string, at: number, limit: number): readonly Sighted[] {
  const previous = findSighted(table, value)
  return [...room(table, previous, limit), sightedOnceMore(previous, value, at)]
}

/** The table without `previous`, and without its oldest entries until one more fits; entries are kept oldest first. */
export function room<T>(table: readonly T[], previous: T | null, limit: number): readonly T[] {
  const others = previous === null ? table : table.filter((entry) => entry !== previous)
  return others.length < limit ? others : others.slice(others.length - limit + 1)
}
