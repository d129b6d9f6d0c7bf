import type { JoinOptions } from '../event-log.ts'
import { checkStart } from '../start-offset.ts'
import { boundsOf, type Partition } from './partition.ts'
import { type PartitionCursor, startPartitionCursor } from './partition-cursor.ts'
import type { RecordStore } from './record-store.ts'
import { toError } from '../to-error.ts'

/** A member as its group moves it about; the group calls one method at a time. */
export interface GroupMember {
  has(partition: Partition): boolean
  /** From onAssigned until onRevoked is done. */
  holds(partition: Partition): boolean
  assign(partition: Partition): Promise<void>
  revoke(partition: Partition): Promise<void>
}

export type GroupMemberDeps = Readonly<{
  store: RecordStore
  committedOf: (partition: Partition) => number | undefined
  /** The member is to be taken out of the group; called once. */
  onFault: () => void
}>

/** A member that owns no partition yet. */
export function createGroupMember(options: JoinOptions, deps: GroupMemberDeps): GroupMember {
  const cursors = new Map<Partition, PartitionCursor>()
  const held = new Set<Partition>()
  let faulted = false

  function fail(cause: unknown): void {
    if (faulted) return
    faulted = true
    held.clear()
    for (const cursor of cursors.values()) void cursor.stop()
    deps.onFault()
    options.onError(toError(cause))
  }

  async function begin(partition: Partition): Promise<void> {
    held.add(partition)
    const named = await options.onAssigned(partition.index)
    const start = checkStart(named ?? deps.committedOf(partition) ?? partition.begin, boundsOf(partition))
    const cursor = startPartitionCursor(deps.store, partition, start, {
      gatherMs: options.gatherMs ?? 0,
      ahead: options.ahead ?? false,
      onRecords: (records) => options.onRecords(partition.index, records),
      onMoved: () => undefined,
      onFault(cause) {
        // What was being done with this partition is in doubt: it must not be saved by onRevoked.
        cursors.delete(partition)
        fail(cause)
      },
    })
    cursors.set(partition, cursor)
    cursor.wake()
  }

  return {
    has: (partition) => cursors.has(partition),
    holds: (partition) => held.has(partition),
    async assign(partition) {
      if (faulted) return
      await begin(partition).catch(fail)
    },
    async revoke(partition) {
      const cursor = cursors.get(partition)
      if (cursor === undefined) return
      await cursor.stop()
      // The batch that was awaited may have failed and given the partition up.
      if (!cursors.delete(partition)) return
      await options.onRevoked(partition.index).catch(fail)
      held.delete(partition)
    },
  }
}
