import kafkajs from 'kafkajs'
import type { MemberClaim } from './assign-partitions.ts'

const { AssignerProtocol } = kafkajs
const version = 0

/** Members of a group must all know the same way to share: this one. */
export const groupProtocolName = 'watchword-keep-and-share'

/** What a group of the port is called in Kafka. */
export function groupIdOf(group: string, topic: string): string {
  return `${group}.${topic}`
}

/** What a member says of itself, in the frame that the broker and its tools read. */
export function encodeClaim(topic: string, { generation, holds }: Omit<MemberClaim, 'memberId'>): Buffer {
  const userData = Buffer.from(JSON.stringify({ generation, holds }))
  return AssignerProtocol.MemberMetadata.encode({ version, topics: [topic], userData })
}

/** A claim that cannot be read holds nothing. */
export function decodeClaim(memberId: string, metadata: Buffer): MemberClaim {
  const said = parse(AssignerProtocol.MemberMetadata.decode(metadata)?.userData)
  return {
    memberId,
    generation: typeof said['generation'] === 'number' ? said['generation'] : -1,
    holds: Array.isArray(said['holds']) ? said['holds'].filter((partition) => Number.isInteger(partition)) : [],
  }
}

export function encodeAssignment(topic: string, partitions: readonly number[]): Buffer {
  return AssignerProtocol.MemberAssignment.encode({
    version,
    assignment: { [topic]: [...partitions] },
    userData: Buffer.alloc(0),
  })
}

export function decodeAssignment(topic: string, assignment: Buffer): readonly number[] {
  return assignment.length === 0 ? [] : (AssignerProtocol.MemberAssignment.decode(assignment)?.assignment[topic] ?? [])
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
