import { assignPartitions } from '../assign-partitions.ts'
import type { MemberClaim } from '../member-claim.ts'

export const partitionCount = 24

/** Joins the group until nobody has to move any more, as members do: each holds what it was given and still has. */
export function settle(members: readonly MemberClaim[]): Readonly<{ members: readonly MemberClaim[]; rounds: number }> {
  let current = members
  let generation = Math.max(...members.map((member) => member.generation))
  for (let rounds = 1; rounds <= 4; rounds += 1) {
    const { shares, roster } = assignPartitions(partitionCount, current)
    const before = current
    generation += 1
    current = before.map((member) => ({ ...member, generation, roster, holds: shares.get(member.memberId) ?? [] }))
    const moved = current.some(({ holds }, at) => JSON.stringify(holds) !== JSON.stringify(before[at]?.holds))
    if (!moved) return { members: current, rounds }
  }
  return { members: current, rounds: Number.POSITIVE_INFINITY }
}

/** A member that has just started. */
export function newMember(memberId: string, name: string | null = null): MemberClaim {
  return { memberId, name, generation: -1, holds: [], roster: [] }
}
