import { assignPartitions } from './assign-partitions.ts'
import { createGroupCoordinator } from './group-coordinator.ts'
import { decodeAssignment, decodeClaim, encodeAssignment, encodeClaim, groupProtocolName } from './group-protocol.ts'
import type { KafkaCluster } from './kafka-cluster.ts'
import { type Instant, instantNow } from './lease.ts'
import { sameNameOf } from './member-seats.ts'

/** How long a rebalance waits for members that still answer; they join again within a heartbeat. */
const rebalanceTimeoutMs = 30_000

export type GroupSessionOptions = Readonly<{
  groupId: string
  topic: string
  partitions: number
  sessionTimeoutMs: number
  /** `memberName` of the log, null when it has none. */
  name: string | null
  /** Called when this member shares the partitions out, and two have this name. */
  onSameName: (name: string) => void
}>

/** One member's talk with the coordinator of its group. Everything rejects with what kafkajs throws. */
export interface GroupSession {
  /** For `sessionTimeoutMs` from then on no other member can have been given what this one holds; undefined outside the group. */
  readonly leasedFrom: Instant | undefined
  /** Joins (again), holding these; resolves with the partitions that this member may hold from now on. */
  join(holds: () => readonly number[]): Promise<readonly number[]>
  heartbeat(): Promise<void>
  /** Committed offsets; partitions without one are left out. */
  committed(partitions: readonly number[]): Promise<ReadonlyMap<number, number>>
  commit(offsets: ReadonlyMap<number, number>): Promise<void>
  /** Tells the group that this member goes, if it is in it. */
  leave(): Promise<void>
  /** The group goes on without this member: it will join as a new one. */
  forget(): void
  /** Asks anew who coordinates. */
  forgetCoordinator(): void
}

export function createGroupSession(cluster: KafkaCluster, options: GroupSessionOptions): GroupSession {
  const { groupId, topic, name } = options
  const coordinator = createGroupCoordinator(cluster, groupId)
  let memberId = ''
  let generation = -1
  let roster: readonly string[] = []
  let leasedFrom: Instant | undefined

  function share(members: readonly Readonly<{ memberId: string; memberMetadata: Buffer }>[]) {
    const claims = members.map((member) => decodeClaim(member.memberId, member.memberMetadata))
    const twins = sameNameOf(claims)
    if (twins !== undefined) options.onSameName(twins)
    const assignment = assignPartitions(options.partitions, claims)
    return [...assignment.shares].map(([id, partitions]) => {
      const memberAssignment = encodeAssignment(topic, { partitions, roster: assignment.roster })
      return { memberId: id, memberAssignment }
    })
  }

  return {
    get leasedFrom() {
      return leasedFrom
    },
    async join(holds) {
      const broker = await coordinator.broker()
      const metadata = encodeClaim(topic, { name, generation, holds: holds(), roster })
      const joined = await broker.joinGroup({
        groupId,
        memberId,
        sessionTimeout: options.sessionTimeoutMs,
        rebalanceTimeout: rebalanceTimeoutMs,
        groupProtocols: [{ name: groupProtocolName, metadata }],
      })
      memberId = joined.memberId
      const askedAt = instantNow()
      const { memberAssignment } = await broker.syncGroup({
        groupId,
        memberId,
        generationId: joined.generationId,
        groupAssignment: joined.leaderId === joined.memberId ? share(joined.members) : [],
      })
      generation = joined.generationId
      leasedFrom = askedAt
      const told = decodeAssignment(topic, memberAssignment)
      roster = told.roster
      return told.partitions
    },
    async heartbeat() {
      const broker = await coordinator.broker()
      const askedAt = instantNow()
      await broker.heartbeat({ groupId, memberId, groupGenerationId: generation })
      leasedFrom = askedAt
    },
    committed: (partitions) => coordinator.committed(topic, partitions),
    async commit(offsets) {
      // Without a generation the broker would take it for a commit from outside the group, and allow it.
      if (generation < 0) throw new Error('the member is not in its group')
      const broker = await coordinator.broker()
      const partitions = [...offsets].map(([partition, offset]) => ({ partition, offset: String(offset) }))
      await broker.offsetCommit({ groupId, memberId, groupGenerationId: generation, topics: [{ topic, partitions }] })
    },
    async leave() {
      if (memberId === '') return
      const broker = await coordinator.broker()
      await broker.leaveGroup({ groupId, memberId })
    },
    forget() {
      memberId = ''
      generation = -1
      roster = []
      leasedFrom = undefined
    },
    forgetCoordinator: () => coordinator.forget(),
  }
}
