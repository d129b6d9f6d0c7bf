import type { SavedPosition } from '../state-store.ts'

/** Which state a file has to hold to be used. */
export type StateFileOptions = Readonly<{
  file: string
  stage: string
  stateVersion: string
  readableVersions?: readonly string[]
}>

/** What opening found. `setAside` says why a former file is not used, if there was one. */
export type OpenedState = Readonly<{
  positions: ReadonlyMap<number, SavedPosition>
  setAside: string | undefined
}>

/** Changed rows in one piece of memory: the value of key i has `sizes[i]` bytes, -1 forgets the key. */
export type PackedRows = Readonly<{
  keys: readonly string[]
  sizes: readonly number[]
  values: Uint8Array<ArrayBuffer>
}>

export type StateRequest =
  | Readonly<{ kind: 'rows'; partition: number; rows: PackedRows }>
  | Readonly<{ kind: 'commit'; partition: number; position: SavedPosition }>
  | Readonly<{ kind: 'rollback' }>
  | Readonly<{ kind: 'forget'; partition: number }>
  | Readonly<{ kind: 'close' }>

export type NumberedRequest = Readonly<{ id: number; request: StateRequest }>

/** Request 0 is opening itself. */
export type StateReply = Readonly<{ id: number; opened?: OpenedState; fault?: string }>
