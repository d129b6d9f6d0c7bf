import { nextTurn } from './clock.ts'
import type { SavedPosition, StateStore } from './state-store.ts'

const sliceRows = 100

/** A state store that lives as long as the process, for tests and replays. */
export function createMemoryStateStore(): StateStore {
  const positions = new Map<number, SavedPosition>()
  const partitions = new Map<number, Map<string, Uint8Array>>()

  return {
    prepare: () => Promise.resolve(),
    release: () => Promise.resolve(),
    position: (partition) => positions.get(partition),
    read: (partition, key) => partitions.get(partition)?.get(key),
    async save({ partition, position, rows }) {
      const changes = [...rows]
      for (let from = 0; from < changes.length; from += sliceRows) await nextTurn()
      const saved = partitions.get(partition) ?? new Map<string, Uint8Array>()
      for (const [key, value] of changes) {
        if (value === null) saved.delete(key)
        else saved.set(key, value)
      }
      partitions.set(partition, saved)
      positions.set(partition, position)
    },
    async forget(partition) {
      partitions.delete(partition)
      positions.delete(partition)
      return Promise.resolve()
    },
    rows: (partition) => [...(partitions.get(partition) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1)),
    condemn() {
      partitions.clear()
      positions.clear()
    },
    close: () => Promise.resolve(),
  }
}
