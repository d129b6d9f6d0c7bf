import type { MemberClaim } from './member-claim.ts'

/** Whose the partitions are in a group of which all members have names of their own. */
export type Seating = Readonly<{
  /** By partition, the id of the member whose it is; undefined where its member is away. Empty when a member has no name, or another's. */
  owners: readonly (string | undefined)[]
  /** Names that have partitions, also while they are away; what the next one to share needs to know. */
  roster: readonly string[]
}>

/**
 * Gives every name partitions that depend on nothing but the names there are, so that whoever comes back has its own again. A name that is
 * gone keeps its own until a new name comes, or until it is the last: those before it have the same without it, and only its own move.
 */
export function seatMembers(partitions: number, members: readonly MemberClaim[]): Seating {
  const present = presentOf(members)
  if (present === null) return { owners: [], roster: [] }
  const roster = rosterOf([...present.keys()].toSorted(compareNames), members)
  return { owners: seatsOf(partitions, roster).map((name) => present.get(name)), roster }
}

/** `scorer-9` comes before `scorer-10`: a number that counts up adds its name at the end, where it moves the least. */
export function compareNames(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length
  if (a === b) return 0
  return a < b ? -1 : 1
}

/** A name that two members have; whose partitions are whose is then not said by names. */
export function sameNameOf(members: readonly MemberClaim[]): string | undefined {
  const seen = new Set<string>()
  for (const { name } of members) {
    if (name === null) continue
    if (seen.has(name)) return name
    seen.add(name)
  }
  return undefined
}

/** Ids by name, null when one has none, or not its own. */
function presentOf(members: readonly MemberClaim[]): ReadonlyMap<string, string> | null {
  const present = new Map<string, string>()
  for (const { name, memberId } of members) if (name !== null) present.set(name, memberId)
  return present.size === members.length ? present : null
}

function rosterOf(names: readonly string[], members: readonly MemberClaim[]): readonly string[] {
  const [latest] = members.toSorted((a, b) => b.generation - a.generation)
  const before = latest?.roster ?? []
  if (names.some((name) => !before.includes(name))) return names
  return before.filter((name) => compareNames(name, names.at(-1) ?? '') <= 0)
}

/** The name of each partition: evenly, and the same as without the last name but for what that one gets. */
function seatsOf(partitions: number, roster: readonly string[]): readonly string[] {
  const seats: string[] = []
  for (const [at, name] of roster.entries()) {
    const keeps = new Map(
      roster.slice(0, at).map((earlier, index) => [earlier, Math.ceil((partitions - index) / (at + 1))]),
    )
    for (let partition = 0; partition < partitions; partition += 1) {
      const seated = seats[partition] ?? ''
      const left = keeps.get(seated) ?? 0
      if (left > 0) keeps.set(seated, left - 1)
      else seats[partition] = name
    }
  }
  return seats
}
