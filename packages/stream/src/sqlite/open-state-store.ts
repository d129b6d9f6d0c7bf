import { writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { nextTurn } from '../clock.ts'
import type { ChangedRow, PartitionSave, StateStore } from '../state-store.ts'
import { StreamError } from '../stream-error.ts'
import { createTurns } from '../turns.ts'
import { rowCheck } from './row-check.ts'
import { condemnedPath, setAsidePath } from './state-file.ts'
import type { PackedRows } from './state-protocol.ts'
import { startStateThread } from './state-thread.ts'

export type StateStoreOptions = Readonly<{
  /** The SQLite file; its folder is made if need be. One process at a time. */
  file: string
  /** Name of the stage. */
  stage: string
  /** `stateVersion` of the stage. */
  stateVersion: string
  /** `readableVersions` of the stage: a file of such a layout is taken over, and is of the present one from then on. */
  readableVersions?: readonly string[]
}>

/** `setAside` is for the log of the owner: why the former file was not trusted, and where it is now. */
export type OpenedStateStore = Readonly<{
  store: StateStore
  setAside: Readonly<{ reason: string; file: string }> | undefined
}>

/** Rows encoded and handed over in one turn: about a millisecond for the profiles of users, the largest there are. */
const sliceRows = 32

/** Opens the state of a stage in a file. A thread writes it; reading is done here. Rejects with `state-unwritable`. */
export async function openStateStore(options: StateStoreOptions): Promise<OpenedStateStore> {
  const { file, stage } = options
  const thread = await startStateThread(options)
  const positions = new Map(thread.opened.positions)
  const db = new DatabaseSync(file, { readOnly: true })
  const find = db.prepare('SELECT value, checksum FROM rows WHERE partition = ? AND key = ?')
  const turns = createTurns()
  let closing: Promise<void> | undefined

  /** One transaction at a time. */
  function inTurn(work: () => Promise<void>): Promise<void> {
    return turns.inTurn(0, work)
  }

  function corrupt(cause?: unknown): StreamError {
    return new StreamError('state-corrupt', `the saved state of ${stage} is damaged`, { cause })
  }

  async function write({ partition, position, rows }: PartitionSave): Promise<void> {
    let sent: Promise<void> = Promise.resolve()
    for (const slice of slices(rows)) {
      // No more than one slice waits for the thread while the next is encoded.
      await sent
      const packed = pack(slice)
      sent = thread.ask({ kind: 'rows', partition, rows: packed }, [packed.values.buffer])
      sent.catch(() => undefined)
      await nextTurn()
    }
    await sent
    await thread.ask({ kind: 'commit', partition, position })
    positions.set(partition, position)
  }

  async function close(): Promise<void> {
    await turns.settled()
    db.close()
    await thread.ask({ kind: 'close' })
    await thread.ended()
  }

  const store: StateStore = {
    prepare: () => Promise.resolve(),
    release: () => Promise.resolve(),
    position: (partition) => positions.get(partition),
    read(partition, key) {
      let row: ReturnType<typeof find.get>
      try {
        row = find.get(partition, key)
      } catch (error) {
        throw corrupt(error)
      }
      if (row === undefined) return undefined
      const { value, checksum } = row
      if (!(value instanceof Uint8Array) || rowCheck(partition, key, value) !== checksum) throw corrupt()
      return value
    },
    save: (save) =>
      inTurn(async () => {
        try {
          await write(save)
        } catch (error) {
          await thread.ask({ kind: 'rollback' })
          throw error
        }
      }),
    forget: (partition) =>
      inTurn(async () => {
        await thread.ask({ kind: 'forget', partition })
        positions.delete(partition)
      }),
    *rows(partition) {
      for (const row of db.prepare('SELECT key, value FROM rows WHERE partition = ? ORDER BY key').iterate(partition)) {
        yield [String(row['key']), row['value'] as Uint8Array]
      }
    },
    condemn: () =>
      writeFileSync(condemnedPath(file), 'A row could not be read; the next start sets the state aside.\n'),
    close: () => (closing ??= close()),
  }
  const reason = thread.opened.setAside
  return { store, setAside: reason === undefined ? undefined : { reason, file: setAsidePath(file) } }
}

function* slices(rows: Iterable<ChangedRow>): Generator<readonly ChangedRow[]> {
  let slice: ChangedRow[] = []
  for (const row of rows) {
    slice.push(row)
    if (slice.length < sliceRows) continue
    yield slice
    slice = []
  }
  if (slice.length > 0) yield slice
}

function pack(rows: readonly ChangedRow[]): PackedRows {
  const sizes = rows.map(([, value]) => value?.byteLength ?? -1)
  const values = new Uint8Array(sizes.reduce((sum, size) => sum + Math.max(0, size), 0))
  let at = 0
  for (const [, value] of rows) {
    if (value === null) continue
    values.set(value, at)
    at += value.byteLength
  }
  return { keys: rows.map(([key]) => key), sizes, values }
}
