import kafkajs from 'kafkajs'
import type { MemberClaim } from './member-claim.ts'

const { AssignerProtocol } = kafkajs
const version = 0

/** Members of a group must all know the same way to share: this one. */
export const groupProtocolName = 'watchword-keep-and-share'

/** What a group of the port is called in Kafka. */
export function groupIdOf(group: string, topic: string): string {
  return `${group}.${topic}`
}

/** What a member says of itself, in the frame that the broker and its tools read. */
export function encodeClaim(topic: string, claim: Omit<MemberClaim, 'memberId'>): Buffer {
  const { generation, holds, name, roster } = claim
  const userData = Buffer.from(JSON.stringify({ generation, holds, name, roster }))
  return AssignerProtocol.MemberMetadata.encode({ version, topics: [topic], userData })
}

/** A claim that cannot be read holds nothing. */
export function decodeClaim(memberId: string, metadata: Buffer): MemberClaim {
  const said = parse(AssignerProtocol.MemberMetadata.decode(metadata)?.userData)
  return {
    memberId,
    name: typeof said['name'] === 'string' ? said['name'] : null,
    generation: typeof said['generation'] === 'number' ? said['generation'] : -1,
    holds: Array.isArray(said['holds']) ? said['holds'].filter((partition) => Number.isInteger(partition)) : [],
    roster: rosterIn(said),
  }
}

/** What a member is told: its partitions, and the names to claim with when it joins again. */
export type Share = Readonly<{ partitions: readonly number[]; roster: readonly string[] }>

export function encodeAssignment(topic: string, { partitions, roster }: Share): Buffer {
  return AssignerProtocol.MemberAssignment.encode({
    version,
    assignment: { [topic]: [...partitions] },
    userData: Buffer.from(JSON.stringify({ roster })),
  })
}

export function decodeAssignment(topic: string, assignment: Buffer): Share {
  const told = assignment.length === 0 ? null : AssignerProtocol.MemberAssignment.decode(assignment)
  return { partitions: told?.assignment[topic] ?? [], roster: rosterIn(parse(told?.userData)) }
}

function rosterIn({ roster }: Record<string, unknown>): readonly string[] {
  return Array.isArray(roster) ? roster.filter((name) => typeof name === 'string') : []
}

function parse(userData: Buffer | undefined): Record<string, unknown> {
  try {
    const said: unknown = JSON.parse(userData?.toString() ?? '{}')
    return typeof said === 'object' && said !== null ? { ...said } : {}
  } catch {
    // Not one of ours, or of another build: it is asked to hold nothing, and what it does hold its own session protects.
    return {}
  }
}
