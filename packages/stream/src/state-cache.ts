import { LRUCache } from 'lru-cache'
import type { ChangedRow, StateStore } from './state-store.ts'
import { StreamError } from './stream-error.ts'

/** The rows changed up to one moment, on their way to the store. */
export type Captured = Readonly<{
  /** Encodes while it is iterated. */
  rows: Iterable<ChangedRow>
  count: number
  /** They are saved: their rows may leave memory. */
  saved: () => void
  /** They are not saved and belong to the next capture. */
  keep: () => void
}>

/** The decoded rows of one partition. Changed rows stay in memory until they are saved, others as long as there is room. */
export interface StateCache<State> {
  get(key: string): State | undefined
  set(key: string, state: State | undefined): void
  /** Rows changed since the last capture. */
  readonly changedCount: number
  /** One capture at a time. */
  capture(): Captured
}

export type StateCacheDeps<State> = Readonly<{
  store: StateStore
  partition: number
  cachedRowsMax: number
  encodeState: (state: State) => Uint8Array
  decodeState: (bytes: Uint8Array) => State
}>

type Slot<State> = Readonly<{ state: State | undefined }>

export function createStateCache<State>(deps: StateCacheDeps<State>): StateCache<State> {
  const saved = new LRUCache<string, Slot<State>>({ max: Math.max(1, deps.cachedRowsMax) })
  let changed = new Map<string, Slot<State>>()
  let underWay = new Map<string, Slot<State>>()

  function load(key: string): State | undefined {
    const bytes = deps.store.read(deps.partition, key)
    if (bytes === undefined) return undefined
    const state = decode(bytes)
    saved.set(key, { state })
    return state
  }

  function decode(bytes: Uint8Array): State {
    try {
      return deps.decodeState(bytes)
    } catch (error) {
      throw new StreamError('state-corrupt', `a saved row of partition ${deps.partition} cannot be decoded`, {
        cause: error,
      })
    }
  }

  function* encode(slots: ReadonlyMap<string, Slot<State>>): Generator<ChangedRow> {
    for (const [key, { state }] of slots) yield [key, state === undefined ? null : deps.encodeState(state)]
  }

  return {
    get(key) {
      const slot = changed.get(key) ?? underWay.get(key) ?? saved.get(key)
      return slot === undefined ? load(key) : slot.state
    },
    set: (key, state) => void changed.set(key, { state }),
    get changedCount() {
      return changed.size
    },
    capture() {
      const slots = changed
      underWay = slots
      changed = new Map()
      return {
        rows: { [Symbol.iterator]: () => encode(slots) },
        count: slots.size,
        saved() {
          for (const [key, slot] of slots) saved.set(key, slot)
          underWay = new Map()
        },
        keep() {
          // What changed again meanwhile is newer.
          changed = new Map([...slots, ...changed])
          underWay = new Map()
        },
      }
    },
  }
}
