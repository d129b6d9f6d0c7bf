import type { JoinOptions, Member } from '../event-log.ts'
import { createGroupMember, type GroupMember } from './group-member.ts'
import { type Partition, untilDurable } from './partition.ts'
import type { RecordStore } from './record-store.ts'

export type ConsumerGroupDeps = Readonly<{
  store: RecordStore
  partitions: readonly Partition[]
  committedOf: (partition: Partition) => number | undefined
  commit: (partition: number, nextOffset: number) => Promise<void>
}>

/** The members of one group on one topic: every partition has one owner. */
export interface ConsumerGroup {
  join(options: JoinOptions): Member
  stop(): Promise<void>
}

/** A group without members. Partitions go round the members in the order in which these joined. */
export function createConsumerGroup(deps: ConsumerGroupDeps): ConsumerGroup {
  let members: readonly GroupMember[] = []
  let stopped = false
  let turn = Promise.resolve()

  function ownerOf(partition: Partition): GroupMember | undefined {
    return members[partition.index % members.length]
  }

  async function giveUp(from: readonly GroupMember[]): Promise<void> {
    const revoked = deps.partitions.flatMap((partition) =>
      from.filter((member) => ownerOf(partition) !== member).map((member) => member.revoke(partition)),
    )
    await Promise.all(revoked)
  }

  async function takeUp(): Promise<void> {
    const assigned = deps.partitions.map(async (partition) => {
      const owner = ownerOf(partition)
      if (owner !== undefined && !owner.has(partition)) await owner.assign(partition)
    })
    await Promise.all(assigned)
  }

  async function changeAfter(
    previous: Promise<void>,
    next: (current: readonly GroupMember[]) => readonly GroupMember[],
  ): Promise<void> {
    await previous
    const before = members
    members = next(before)
    await giveUp(before)
    await takeUp()
  }

  /** One change at a time, and a partition is given up before another member takes it. */
  function change(next: (current: readonly GroupMember[]) => readonly GroupMember[]): Promise<void> {
    turn = changeAfter(turn, next)
    return turn
  }

  function leave(member: GroupMember): Promise<void> {
    return change((current) => current.filter((other) => other !== member))
  }

  return {
    join(options) {
      let left = false
      const stop = (): Promise<void> => {
        left = true
        return leave(member)
      }
      const member = createGroupMember(options, {
        store: deps.store,
        committedOf: deps.committedOf,
        onFault: () => void stop(),
      })
      // Later, so that the caller holds the member before the first callback wants to commit with it.
      setImmediate(() => void change((current) => (left || stopped ? current : [...current, member])))
      return {
        commit: deps.commit,
        async durable(index, offset) {
          const partition = deps.partitions[index]
          if (partition !== undefined) await untilDurable(partition, offset)
        },
        holds: (index) => deps.partitions.some((partition) => partition.index === index && member.holds(partition)),
        stop,
      }
    },
    stop() {
      stopped = true
      return change(() => [])
    },
  }
}
