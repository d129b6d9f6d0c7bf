import type { Tail, TailOptions } from '../event-log.ts'
import { LogError } from '../log-error.ts'
import { boundsOf, type Partition } from './partition.ts'
import { type PartitionCursor, startPartitionCursor } from './partition-cursor.ts'
import type { RecordStore } from './record-store.ts'
import { tailStart } from '../start-offset.ts'
import { toError } from '../to-error.ts'

/** Begins a tail over the partitions; `onStopped` runs once, when it has ended for whatever reason. */
export function startTail(
  store: RecordStore,
  partitions: readonly Partition[],
  options: TailOptions,
  onStopped: () => void,
): Tail {
  const starts = partitions.map((partition) => ({ partition, start: tailStart(options.from, boundsOf(partition)) }))
  const { promise: caughtUp, resolve, reject } = Promise.withResolvers<void>()
  // Who does not wait for it must not be ended by its rejection.
  caughtUp.catch(() => undefined)
  const cursors = new Map<string, PartitionCursor>()
  let behind = 0
  let ended = false

  function end(error: Error): void {
    if (ended) return
    ended = true
    reject(error)
    onStopped()
  }

  async function stopCursors(): Promise<void> {
    await Promise.all([...cursors.values()].map((cursor) => cursor.stop()))
  }

  for (const { partition, start } of starts) {
    const target = partition.end
    let reached = start >= target
    if (!reached) behind += 1
    const cursor = startPartitionCursor(store, partition, start, {
      gatherMs: options.gatherMs ?? 0,
      onRecords: options.onRecords,
      onMoved(position) {
        if (reached || position < target) return
        reached = true
        behind -= 1
        if (behind === 0) resolve()
      },
      onFault(cause) {
        if (ended) return
        const error = toError(cause)
        end(error)
        // The cursors end by themselves; a batch under way may itself be waiting for the owner to hear of the fault.
        void stopCursors()
        options.onError(error)
      },
    })
    cursors.set(nameOf(partition.topic, partition.index), cursor)
  }
  if (behind === 0) resolve()
  // Later, so that the caller holds the tail before the first records come.
  setImmediate(() => {
    for (const cursor of cursors.values()) cursor.wake()
  })

  return {
    caughtUp,
    position(topic, index) {
      const cursor = cursors.get(nameOf(topic, index))
      if (cursor !== undefined) return cursor.position
      throw new LogError('unknown-topic', `the tail has no partition ${index} of ${topic}`)
    },
    async stop() {
      end(new LogError('log-closed', 'the tail stopped before it had caught up'))
      await stopCursors()
    },
  }
}

function nameOf(topic: string, partition: number): string {
  return `${topic}/${partition}`
}
