import type { MemberClaim } from './member-claim.ts'
import { compareNames, seatMembers, type Seating } from './member-seats.ts'

export type Assignment = Readonly<{
  /** By member id. */
  shares: ReadonlyMap<string, readonly number[]>
  /** What members have to claim with when they join again. */
  roster: readonly string[]
}>

/**
 * Shares the partitions among the members: evenly, and one that must move goes to nobody as long as a member still holds it. When all have
 * names, each has its own (`seatMembers`). What is left, or all, stays with whoever holds it if it can.
 */
export function assignPartitions(partitions: number, claims: readonly MemberClaim[]): Assignment {
  const members = claims.toSorted(compareMembers)
  const holders = holdersOf(members)
  const { owners, roster } = seatMembers(partitions, members)
  const targets = chooseTargets(partitions, members, { holders, owners })
  const assigned = new Map<string, number[]>(members.map(({ memberId }) => [memberId, []]))
  for (const [partition, target] of targets.entries()) {
    const holder = holders.get(partition)
    if (holder === undefined || holder === target) assigned.get(target)?.push(partition)
  }
  return { shares: assigned, roster }
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
  { holders, owners }: Readonly<{ holders: ReadonlyMap<number, string>; owners: Seating['owners'] }>,
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
  for (const partition of all) take(partition, owners[partition] ?? '')
  // First who is at home, so that those who must move are the guests.
  for (const partition of all) if (holders.get(partition) === homeOf(partition)) take(partition, homeOf(partition))
  for (const partition of all) take(partition, holders.get(partition) ?? '')
  for (const partition of all) take(partition, homeOf(partition))
  for (const partition of all) ids.some((id) => take(partition, id))
  return targets.map((target) => target ?? '')
}

function compareMembers(a: MemberClaim, b: MemberClaim): number {
  return compareNames(a.name ?? '', b.name ?? '') || compareNames(a.memberId, b.memberId)
}
