/** What a member says when it joins. */
export type MemberClaim = Readonly<{
  memberId: string
  /** Generation of the group in which it got what it holds. */
  generation: number
  /** What it holds and has not let go of. */
  holds: readonly number[]
}>

/**
 * Shares the partitions among the members: evenly, whoever holds one keeps it if it can, and one that must move goes to nobody as long as
 * a member still holds it.
 */
export function assignPartitions(
  partitions: number,
  claims: readonly MemberClaim[],
): ReadonlyMap<string, readonly number[]> {
  const members = claims.toSorted((a, b) => compare(a.memberId, b.memberId))
  const holders = holdersOf(members)
  const targets = chooseTargets(partitions, members, holders)
  const assigned = new Map<string, number[]>(members.map(({ memberId }) => [memberId, []]))
  for (const [partition, target] of targets.entries()) {
    const holder = holders.get(partition)
    if (holder === undefined || holder === target) assigned.get(target)?.push(partition)
  }
  return assigned
}

/** Who holds each partition; of two who say so, the one that got it later, for the other has missed a generation. */
function holdersOf(members: readonly MemberClaim[]): ReadonlyMap<number, string> {
  const holders = new Map<number, MemberClaim>()
  for (const member of members) {
    for (const partition of member.holds) {
      const other = holders.get(partition)
      if (other === undefined || other.generation < member.generation) holders.set(partition, member)
    }
  }
  return new Map([...holders].map(([partition, { memberId }]) => [partition, memberId]))
}

function chooseTargets(
  partitions: number,
  members: readonly MemberClaim[],
  holders: ReadonlyMap<number, string>,
): readonly string[] {
  const ids = members.map(({ memberId }) => memberId)
  const homeOf = (partition: number): string => ids[partition % ids.length] ?? ''
  const load = new Map(ids.map((id) => [id, 0]))
  const targets = Array.from<string | undefined>({ length: partitions })
  let extras = partitions % ids.length
  const least = Math.floor(partitions / ids.length)

  /** Takes one more if its share allows it; some members have one more than the others. */
  function take(partition: number, id: string): boolean {
    const held = load.get(id)
    if (held === undefined || targets[partition] !== undefined) return false
    if (held >= least) {
      if (held > least || extras === 0) return false
      extras -= 1
    }
    load.set(id, held + 1)
    targets[partition] = id
    return true
  }

  const all = Array.from({ length: partitions }, (_, partition) => partition)
  // First who is at home, so that those who must move are the guests.
  for (const partition of all) if (holders.get(partition) === homeOf(partition)) take(partition, homeOf(partition))
  for (const partition of all) take(partition, holders.get(partition) ?? '')
  for (const partition of all) take(partition, homeOf(partition))
  for (const partition of all) ids.some((id) => take(partition, id))
  return targets.map((target) => target ?? '')
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
